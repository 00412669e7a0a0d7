"""Price lists of the shape that vendors give them, made here, and a server on this machine that hands them out."""

import csv
import io
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ABOUT = (
    ("FormatVersion", "v1.0"),
    ("Disclaimer", "This pricing list is for informational purposes only, and spoken for by nobody."),
    ("Publication Date", "2026-11-20T16:02:58Z"),
    ("Version", "20261120160258"),
)
FIRST = (
    "SKU", "OfferTermCode", "RateCode", "TermType", "PriceDescription", "EffectiveDate", "StartingRange",
    "EndingRange", "Unit", "PricePerUnit", "Currency", "Product Family", "serviceCode", "Location", "Location Type",
)  # fmt: skip
LAST = ("usageType", "operation", "Region Code", "serviceName")


def rate(sku, usd, unit, region, start="0", term="OnDemand", currency="USD", **columns):
    """A line of an offer of AWS by the names of its columns."""
    return {
        "SKU": sku,
        "OfferTermCode": "JRTCKXETXF",
        "RateCode": f"{sku}.JRTCKXETXF.{start}",
        "TermType": term,
        "PriceDescription": f'${usd} per {unit}, with "quotes" and,\na second line',
        "EffectiveDate": "2026-11-01",
        "StartingRange": start,
        "EndingRange": "Inf",
        "Unit": unit,
        "PricePerUnit": f"{float(usd):.10f}",
        "Currency": currency,
        "Location Type": "AWS Region",
        "Region Code": region,
        **columns,
    }


def offer(rates, about=ABOUT, code="AmazonFSx"):
    """The CSV of an offer of AWS, every cell in quotes."""
    more = dict.fromkeys(name for line in rates for name in line if name not in (*FIRST, *LAST))
    columns = [*FIRST, *more, *LAST]
    text = io.StringIO()
    write = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
    for line in (*about, ("OfferCode", code)):
        write(line)
    write(columns)
    for line in rates:
        write([line.get(name, "") for name in columns])
    return text.getvalue().encode()


def meter(region, product, sku, name, price, unit, service="Storage", **own):
    """A row of Azure Retail Prices."""
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": region,
        "location": "US East",
        "effectiveStartDate": "2025-12-01T00:00:00Z",
        "meterId": f"{product}/{sku}/{name}",
        "meterName": name,
        "productId": "DZH318Z0BP09",
        "skuId": "DZH318Z0BP09/008G",
        "productName": product,
        "skuName": sku,
        "serviceName": service,
        "serviceId": "DZH317F1HKN0",
        "serviceFamily": service,
        "unitOfMeasure": unit,
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": "",
        **own,
    }


def page(rows, following=None):
    """A page of Azure Retail Prices."""
    about = {"BillingCurrency": "USD", "CustomerEntityId": "Default", "CustomerEntityType": "Retail"}
    made = {**about, "Items": rows, "NextPageLink": following, "Count": len(rows)}
    return json.dumps(made).encode()


def skus(rows, following=""):
    """A page of Google's Cloud Billing Catalog."""
    return json.dumps({"skus": rows, "nextPageToken": following}).encode()


def sku(name, description, regions, unit, *tiers, usage="OnDemand"):
    """A row of it, with tiers as (start, units, nanos)."""
    rates = [
        {"startUsageAmount": start, "unitPrice": {"currencyCode": "USD", "units": whole, "nanos": nanos}}
        for start, whole, nanos in tiers
    ]
    return {
        "name": f"services/95FF/skus/{name}",
        "skuId": name,
        "description": description,
        "category": {
            "serviceDisplayName": "Cloud Storage",
            "resourceFamily": "Storage",
            "resourceGroup": "RegionalStorage",
            "usageType": usage,
        },
        "serviceRegions": regions,
        "pricingInfo": [
            {
                "effectiveTime": "2026-11-20T10:00:00Z",
                "pricingExpression": {"usageUnit": unit, "displayQuantity": 1, "tieredRates": rates},
            }
        ],
        "serviceProviderName": "Google",
    }


class Server:
    """What a server is asked, and what it answers to each address: one after the other, and the last for ever.

    An answer is a body, or (status, headers, body). A body that is shorter than its `Content-Length` is cut.
    """

    def __init__(self, address):
        self.address, self.asked, self.answers = address, [], {}

    def answer(self, path, *answers):
        self.answers[path] = list(answers)
        return f"{self.address}{path}"

    def take(self, path, headers):
        self.asked.append((path, dict(headers)))
        left = self.answers.get(path, [(404, {}, b"")])
        found = left.pop(0) if len(left) > 1 else left[0]
        return found if isinstance(found, tuple) else (200, {}, found)


@contextmanager
def serving():
    """A server on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = made.take(self.path, self.headers)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = "Content-Length" in headers

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Server(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


SOURCE = 'source = "https://example.com/"\nas_of = 2026-11-01\n'
CLOUD = f'name = "Ours"\n{SOURCE}\n[regions]\nhere-1 = ["Here"]\nthere-1 = ["There"]\n\n'
PRICE = """\
name = "Ours"
unit = "USD/GiB/month"

[regions.here-1]
value = 0.02
source = "assumption: ours"
as_of = 2026-01-01

[listed]
cloud = "none"
offer = "Ours"
units = ["GB-Mo"]
"""
WHERE = '\n[listed.where]\nusagetype = "Storage"\n'


def profiles(folder, url, form="aws-offer", price=PRICE, where=WHERE, cloud=""):
    """Profiles of a cloud of our own, of which one price is listed, with lists of any form at any address."""
    listing = f'[price_list]\nform = "{form}"\nurl = "{url}"\n{SOURCE}'
    for kind, name, text in (
        ("clouds", "none", CLOUD + listing + cloud),
        ("prices", "ours", price + where),
    ):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        (folder / kind / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def lay(folder, place, *parts, suffix="csv"):
    """Parts of a list in a folder of lists."""
    (folder / place).mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(parts, 1):
        (folder / place / f"{number}.{suffix}").write_bytes(part)
    return folder
