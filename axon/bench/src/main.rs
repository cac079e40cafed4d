//! # axon-bench: what a hop costs, on axon and on its peers
//!
//! Runs small workloads on axon and on other runtimes, in one process and in interleaved
//! rounds, checks every result, and prints medians with their ratios. Somebody who asks
//! "how fast is it?" runs it; the chart in the book comes from its `--chart`. Whoever
//! changes axon runs it with `--instructions`, which no other program on the machine can
//! disturb.
//!
//! ```console
//! $ cargo run --release -p axon-bench
//! $ cargo run --release -p axon-bench -- --case ring --peer axon --quick
//! $ cargo run --release -p axon-bench -- --instructions
//! $ cargo run --release -p axon-bench -- --idle
//! $ cargo run --release -p axon-bench -- --with go,erlang,python
//! $ cargo run --release -p axon-bench -- --case watched --case watched-ring
//! ```
//!
//! The last of these is what it costs to be watched: to be recorded, to listen for viewers
//! who do not come, and to have one. A hop of the pipeline is a little more than two events.
//!
//! It measures the passing of messages, not any work done on them. It says nothing about
//! other machines: compare ratios, and figures of one run.

mod case;
mod memory;
mod outcome;
mod guests;
mod peer;
mod errand;
mod round;
mod table;
mod chart;
mod instructions;
mod silence;

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::case::Case;
use crate::peer::Peer;

/// What a hop costs, on axon and on its peers.
#[derive(Parser)]
struct Arguments {
    /// Only this workload; may be given several times.
    #[arg(long, value_name = "NAME")]
    case: Vec<String>,
    /// Only this runtime; may be given several times.
    #[arg(long, value_name = "NAME")]
    peer: Vec<String>,
    /// Beside runtimes that are not written in Rust: go, erlang, python (that is the
    /// ancestor itself). They must be installed.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    with: Vec<String>,
    /// Fewer messages and fewer rounds: for a look, not for a comparison.
    #[arg(long)]
    quick: bool,
    /// One JSON object a line, for programs.
    #[arg(long)]
    json: bool,
    /// Draw a chart as well.
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,
    /// Count axon's instructions instead, with valgrind, and compare them with the
    /// baseline.
    #[arg(long)]
    instructions: bool,
    /// Leave systems alone for ten seconds instead, and say what they did.
    #[arg(long)]
    idle: bool,
    /// Make what is counted the baseline.
    #[arg(long, requires = "instructions")]
    bless: bool,
    /// Do one case on one runtime once, with so many messages: the benchmark calls itself.
    #[arg(long, hide = true)]
    once: Option<u64>,
    /// Visit the server of a case, with so many messages: the benchmark calls itself.
    #[arg(long, hide = true)]
    guests: Option<SocketAddr>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let cases = chosen(&arguments.case, &Case::ALL, Case::name, "case");
    let peers = invited(&arguments);
    let (cases, peers) = match (cases, peers) {
        (Ok(cases), Ok(peers)) => (cases, peers),
        (Err(problem), _) | (_, Err(problem)) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    if let (Some(messages), [case], Some(server)) =
        (arguments.once, &*cases, arguments.guests)
    {
        guests::visit(*case, messages, server);
        return ExitCode::SUCCESS;
    }
    if let (Some(messages), [case], [peer]) = (arguments.once, &*cases, &*peers) {
        errand::run(*case, *peer, messages);
        return ExitCode::SUCCESS;
    }
    if arguments.instructions {
        return verdict(instructions::check(&cases, arguments.bless));
    }
    if arguments.idle {
        return verdict(silence::keep());
    }
    let mut measured = Vec::new();
    for case in cases {
        let figures = round::measure(case, &peers, arguments.quick);
        if arguments.json {
            print!("{}", table::json(&figures));
        } else {
            println!("{}", table::text(case, &figures));
        }
        measured.push(figures);
    }
    if let Some(file) = &arguments.chart
        && let Err(problem) = std::fs::write(file, chart::svg(&measured))
    {
        eprintln!("{} was not written: {problem}", file.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Fails if something is worse than it should be, or could not be found out.
fn verdict(is_well: Result<bool, impl Display>) -> ExitCode {
    match is_well {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("nothing was found out: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Returns who takes part, and has got ready.
fn invited(arguments: &Arguments) -> Result<Vec<Peer>, String> {
    let known = [&Peer::ALL[..], &Peer::FOREIGN].concat();
    let mut peers = match arguments.peer.is_empty() {
        true => Peer::ALL.to_vec(),
        false => chosen(&arguments.peer, &known, Peer::name, "peer")?,
    };
    if !arguments.with.is_empty() {
        let foreign = chosen(&arguments.with, &Peer::FOREIGN, Peer::name, "peer")?;
        peers.extend(foreign);
    }
    for peer in &peers {
        if let Peer::Elsewhere(language) = peer
            && arguments.once.is_none()
        {
            let name = peer.name();
            language.prepare().map_err(|why| format!("{name} can't run: {why}"))?;
        }
    }
    Ok(peers)
}

/// Returns those of all that were asked for, or all if none was.
fn chosen<T: Copy>(
    asked: &[String],
    all: &[T],
    name: fn(T) -> &'static str,
    kind: &str,
) -> Result<Vec<T>, String> {
    if asked.is_empty() {
        return Ok(all.to_vec());
    }
    let find = |asked: &String| {
        all.iter().copied().find(|one| name(*one) == asked).ok_or_else(|| {
            let known: Vec<_> = all.iter().map(|one| name(*one)).collect();
            format!("no {kind} is called `{asked}`; there are {}", known.join(", "))
        })
    };
    asked.iter().map(find).collect()
}
