"""Be the command when Python runs the package: `python -m safe_install`."""

from safe_install.cli import run_and_exit

if __name__ == "__main__":
    run_and_exit()
