"""System packages: only what is missing, by apt as root or through sudo, else a sentence."""

import os
import sys
from dataclasses import replace

import pytest

import launcher.system
from launcher.console import Details, LaunchError
from launcher.system import Need, install_packages

# Records its arguments and whether the file that forbids a machine's cluster is there; "installs" a program.
APT = """#!/bin/sh
echo "$@ cluster=$(cat '{forbidden}' 2>/dev/null)" >> '{calls}'
case "$*" in *install*) {install};; esac
"""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with an apt-get that records, in a PATH of its own, for root."""
    return Machine(tmp_path, monkeypatch)


class Machine:
    """The programs that a test puts on the PATH, and where they write."""

    def __init__(self, folder, monkeypatch):
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.calls = folder / "calls"
        self.forbidden = folder / "etc" / "createcluster.d" / "set-up.conf"
        self.details = Details(folder / "setup.log")
        self.need = Need("the hexer", (self.programs / "hexer").exists, ("hexer-package",))
        monkeypatch.setenv("PATH", f"{self.programs}:/usr/bin:/bin")
        self.policy = folder / "policy-rc.d"
        monkeypatch.setattr(launcher.system, "NO_CLUSTER_FILE", self.forbidden)
        monkeypatch.setattr(launcher.system, "POLICY_FILE", self.policy)
        monkeypatch.setattr(os, "geteuid", lambda: 0)

    def add(self, name, text):
        """Put a program on the PATH."""
        program = self.programs / name
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)

    def add_apt(self, install="touch '{programs}/hexer'"):
        """Put an apt-get on the PATH that does this when it is asked to install."""
        command = install.format(programs=self.programs)
        self.add("apt-get", APT.format(forbidden=self.forbidden, calls=self.calls, install=command))


def test_nothing_is_done_where_nothing_is_missing(machine):
    machine.add_apt()
    machine.add("hexer", "")

    install_packages([machine.need], machine.details)

    assert not machine.calls.exists()


def test_missing_packages_are_installed_without_a_cluster_of_the_machine(machine, capsys):
    machine.add_apt()

    install_packages([machine.need], machine.details)

    update, install = machine.calls.read_text(encoding="utf-8").splitlines()
    assert " update " in f" {update} "
    assert "install -y --no-install-recommends hexer-package" in install
    assert install.endswith("cluster=create_main_cluster = false")
    assert not machine.forbidden.exists(), "the machine's settings stay as they were"
    assert "Installing system packages: hexer-package … " in capsys.readouterr().out


def test_a_failed_installation_shows_the_end_of_its_output(machine):
    machine.add_apt(install="echo 'E: no such package' >&2; exit 100")

    with pytest.raises(
        LaunchError, match=r"(?s)hexer-package.*apt-get install.*exit 100.*E: no such package"
    ):
        install_packages([machine.need], machine.details)

    assert not machine.forbidden.exists()


def test_packages_that_do_not_bring_the_thing_are_said(machine):
    machine.add_apt(install="true")

    with pytest.raises(LaunchError, match="After installing hexer-package, the hexer is still not found"):
        install_packages([machine.need], machine.details)


@pytest.mark.parametrize(
    ("programs", "sentence"),
    [
        ({}, "there is no apt-get to install it: hexer-package"),
        ({"apt-get": "#!/bin/sh\n"}, "there is no sudo here: hexer-package"),
        ({"apt-get": "#!/bin/sh\n", "sudo": "#!/bin/sh\nexit 1\n"}, "sudo does not let us in: hexer-package"),
    ],
)
def test_a_person_who_may_not_install_learns_what_is_missing(machine, monkeypatch, programs, sentence):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(machine.programs))
    monkeypatch.setattr(sys, "stdin", (machine.details.path).open(encoding="utf-8"))
    for name, text in programs.items():
        machine.add(name, text)

    with pytest.raises(LaunchError, match=sentence):
        install_packages([machine.need], machine.details)


def test_sudo_is_used_where_one_is_not_root(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "stdin", (machine.details.path).open(encoding="utf-8"))
    machine.add_apt()
    machine.add("sudo", '#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n')

    install_packages([machine.need], machine.details)

    assert "$ sudo env DEBIAN_FRONTEND=noninteractive" in machine.details.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("of_the_administrator", [None, "#!/bin/sh\nexit 0\n"])
def test_services_of_packages_are_neither_started_nor_enabled(machine, of_the_administrator):
    if of_the_administrator:
        machine.policy.write_text(of_the_administrator, encoding="utf-8")
    machine.add_apt(install=f"touch '{{programs}}/hexer'; cp '{machine.policy}' '{machine.policy}.seen'")
    machine.add("update-rc.d", f"#!/bin/sh\necho update-rc.d $@ >> '{machine.calls}'\n")
    need = replace(machine.need, services=("hexd",))

    install_packages([need], machine.details)

    seen = machine.policy.with_name("policy-rc.d.seen").read_text(encoding="utf-8")
    assert seen == (of_the_administrator or "#!/bin/sh\nexit 101\n")
    assert machine.policy.exists() is bool(of_the_administrator)
    assert machine.calls.read_text(encoding="utf-8").splitlines()[-1] == "update-rc.d hexd disable"
