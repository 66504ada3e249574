"""Checks a SCIM 2.0 server with scim2-tester, which nobody here wrote, and prints its findings as a list of JSON objects.

    python check_scim.py BASE < TOKEN

The token comes on standard input: every user of a computer can read the command lines on it.
"""

import datetime
import json
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server, filling
from scim2_tester.checkers import patch_add

draw_example = filling.get_random_example_value
draw_addition = patch_add.generate_random_value


def example(path):
    """scim2-tester 0.5.2 puts a random identifier where it knows no better, and so into a dateTime, which takes none."""
    known = draw_example(path)
    if known is None and (binding := path.resolve()) is not None and binding.target_type is datetime.datetime:
        return datetime.datetime(2026, 11, 19, 6, tzinfo=datetime.UTC)
    return known


def addition(context, path, **kwargs):
    """scim2-tester 0.5.2 adds a whole extension and then each of its attributes. A list then rightly holds both values
    where it expects the second alone, so the extension is added without its lists."""
    value = draw_addition(context, path=path, **kwargs)
    if path.resolve() is None and value is not None:
        for name in type(value).model_fields:
            if name != "schemas" and isinstance(getattr(value, name), list):
                setattr(value, name, None)
    return value


def main():
    filling.get_random_example_value = example
    patch_add.generate_random_value = addition
    headers = {"Authorization": f"Bearer {sys.stdin.read().strip()}"}
    with Client(base_url=sys.argv[1], headers=headers, timeout=30) as client:
        results = check_server(SyncSCIMClient(client))
    json.dump(
        [{"status": each.status.name, "title": each.title or "", "reason": each.reason or ""} for each in results],
        sys.stdout,
    )


if __name__ == "__main__":
    main()
