using System.CommandLine;
using CloudWorkstation.Benchmarks;
using CloudWorkstation.Benchmarks.Create;
using CloudWorkstation.Benchmarks.Edge;
using CloudWorkstation.Benchmarks.Events;
using CloudWorkstation.Benchmarks.Fleet;
using CloudWorkstation.Benchmarks.Guacamole;
using CloudWorkstation.Benchmarks.Idle;
using CloudWorkstation.Benchmarks.List;
using CloudWorkstation.Benchmarks.Routes;
using CloudWorkstation.Benchmarks.SignIn;
using CloudWorkstation.Benchmarks.Store;
using CloudWorkstation.Benchmarks.TerraformRuns;
using CloudWorkstation.Benchmarks.Tunnel;

// One line per benchmark; each has a folder of its own.
Benchmark[] all =
[
    new("create", "How long from the request to the first frame, and how much of it is ours?", CreateBenchmark.MeasureAsync),
    new("list", "Does a page of desktops cost more when there are more?", ListBenchmark.MeasureAsync),
    new("edge", "What does the check of the token cost at the front door, and a check of a permission?", EdgeBenchmark.MeasureAsync),
    new("events", "How soon does everybody hear of a change?", EventsBenchmark.MeasureAsync),
    new("fleet", "Is anything lost or slowed down when many people want something at once, and workers die?", FleetBenchmark.MeasureAsync),
    new("guacamole", "What does the Guacamole engine cost beside guacamole-lite and Tomcat, and does it lose anything?", GuacamoleBenchmark.MeasureAsync),
    new("idle", "What does the stack take when nobody uses it?", IdleBenchmark.MeasureAsync),
    new("routes", "How soon does a request follow a route that changed, and does anybody notice?", RouteBenchmark.MeasureAsync),
    new("signin", "What does a sign-in cost beside what it cannot do without?", SignInBenchmark.MeasureAsync),
    new("store", "What does a durable commit cost, and does a page cost more when there is more?", StoreBenchmark.MeasureAsync),
    new("terraform", "What does a desktop on AWS take beside plain Terraform, one at a time and many at once?", TerraformBenchmark.MeasureAsync),
    new("tunnel", "What does the desktop proxy cost beside websockify and HAProxy?", TunnelBenchmark.MeasureAsync),
];

var name = new Argument<string?>("name") { Description = "Which one; all without it.", Arity = ArgumentArity.ZeroOrOne };
var quick = new Option<bool>("--quick") { Description = "Fewer repetitions." };
var root = new RootCommand("Measures CloudWorkstation.") { name, quick };
root.SetAction((parsed, cancellationToken) => Runner.RunAsync(all, parsed.GetValue(name), parsed.GetValue(quick), cancellationToken));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
