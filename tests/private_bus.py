"""A message bus of a test's own: nothing is on it and nothing gets started on it but what the test wants."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@dataclass(frozen=True, slots=True)
class PrivateBus:
    """A running dbus-daemon.

    Attributes:
        address: what belongs into `DBUS_SESSION_BUS_ADDRESS`.
        services: a folder for `.service` files; empty at first, so no name starts a program.
    """

    address: str
    services: Path
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """End it and wait until it is gone; ended already, it stays so."""
        self.process.terminate()
        self.process.wait()


@contextmanager
def private_bus(folder: Path, environ: Mapping[str, str] | None = None) -> Iterator[PrivateBus]:
    """Run a bus at `folder/bus` (the same address each time), ready when entered, gone when left.

    Args:
        folder: keeps its configuration, socket, service files and log; a socket's path must fit 107 bytes.
        environ: what the programs it starts will see; by default the test's own.
    """
    services = folder / "services"
    services.mkdir(exist_ok=True)
    configuration = folder / "bus.conf"
    configuration.write_text(_CONFIGURATION.format(socket=folder / "bus", services=services))
    argv = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile", "--nosyslog"]
    with (folder / "bus.log").open("w") as log:
        process = subprocess.Popen(
            [*argv, "--print-address=1"], stdout=subprocess.PIPE, stderr=log, env=environ, text=True
        )
    with process:
        assert process.stdout is not None
        # The line comes once it listens; an empty one means that it could not.
        address = process.stdout.readline().strip()
        bus = PrivateBus(address, services, process)
        try:
            assert address, (folder / "bus.log").read_text()
            yield bus
        finally:
            bus.stop()
