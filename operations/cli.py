"""The command line: the verbs, their help, and errors without tracebacks."""

import typer

from operations import env, up
from operations.cert import self_signed
from operations.charts import lock as charts_lock
from operations.charts import vendor as charts_vendor
from operations.dashboard import command as dashboard
from operations.errors import guarded
from operations.lab import down, envoy, leftovers, logs, prometheus, status, tools
from operations.lab import env as lab_env
from operations.lab import up as lab_up
from operations.policy import command as policy
from operations.precheck import command as precheck
from operations.route import command as route

app = typer.Typer(
    name="mesh",
    help="Install, configure and operate an Istio service mesh.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
lab = typer.Typer(
    help="The embedded mesh: a real control plane, istiod and Envoy on this machine.", no_args_is_help=True
)
app.add_typer(lab, name="lab")
charts = typer.Typer(help="The charts of a stack as files, and the lock file of their digests.", no_args_is_help=True)
app.add_typer(charts, name="charts")
cert = typer.Typer(help="Certificates for trials.", no_args_is_help=True)
app.add_typer(cert, name="cert")

app.command("up")(guarded(up.up))
app.command("env")(guarded(env.env))
app.command("precheck")(guarded(precheck.precheck))
app.command("policy")(guarded(policy.policy))
app.command("dashboard")(guarded(dashboard.dashboard))
app.command("route")(guarded(route.route))
cert.command("self-signed")(guarded(self_signed.self_signed))
charts.command("vendor")(guarded(charts_vendor.vendor))
charts.command("lock")(guarded(charts_lock.lock))
lab.command("up")(guarded(lab_up.up))
lab.command("down")(guarded(down.down))
lab.command("status")(guarded(status.status))
lab.command("env")(guarded(lab_env.env))
lab.command("logs")(guarded(logs.logs))
lab.command("tools")(guarded(tools.tools))
lab.command("envoy")(guarded(envoy.envoy))
lab.command("prometheus")(guarded(prometheus.prometheus))
lab.command("leftovers")(guarded(leftovers.leftovers))


def main() -> None:
    """Run one command. Exit code 0: done; 1: an error that is printed; 2: wrong usage; 130: interrupted."""
    app(prog_name="mesh")
