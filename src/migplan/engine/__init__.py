"""From a workload to evaluated, priced and ranked options."""
