"""`v1z3r devices`: the sound devices of this machine."""

import argparse
import json
from dataclasses import asdict

from v1z3r_core.app.console import note, table

EXAMPLE = "v1z3r devices"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """List inputs and outputs; the default ones carry a star."""
    from v1z3r_core.audio.devices import list_devices

    found = list_devices()
    if arguments.json:
        print(json.dumps([asdict(device) for device in found], indent=2))
        return 0
    if not found:
        note("no sound device; v1z3r run synth and v1z3r render work without one")
        return 0
    rows = [("", "name", "host", "in", "out", "Hz", "")]
    for device in found:
        star = "*" if device.is_default_input or device.is_default_output else ""
        rows.append(
            (
                star,
                device.name,
                device.host_api,
                str(device.inputs),
                str(device.outputs),
                f"{device.default_rate:.0f}",
                "loopback" if device.is_loopback else "",
            )
        )
    print(table(rows))
    return 0
