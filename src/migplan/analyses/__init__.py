"""Questions that the engine is asked: a plan, a sweep, a break-even, levers, checks, a backtest."""
