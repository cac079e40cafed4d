//! # Silence
//!
//! What an idle system does: nothing. A system in which a hundred thousand components
//! sleep, and a server with silent guests, are left alone for ten seconds; the scheduler
//! says how often its thread was woken, and the operating system how often the thread got
//! a processor, and for how long.
//!
//! It waits by a real clock, so it is no test: `--idle` asks for it.

use std::fs;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use axon::net::{ServerCore, TcpServer};
use axon::protocol::echo;
use axon::{System, component};

use crate::memory;

/// How long the systems are left alone.
const LONG: Duration = Duration::from_secs(10);
/// How long a system has nothing to do that has begun, and how often that is looked at.
const BEGINNING: Duration = Duration::from_secs(1);
const LOOKS: usize = 30;
/// How many components sleep.
const SLEEPERS: usize = 100_000;
/// How many guests are silent: as many as a process may have files, on most machines, and
/// both ends are in this one.
const GUESTS: usize = 400;

const SOUND: &str = "the benchmark's own systems are sound";

/// What the operating system knows of a thread.
#[derive(Clone, Copy, PartialEq)]
struct Seen {
    /// How often it was given a processor.
    switches: u64,
    /// How long it had one, in ticks of the system's clock.
    ticks: u64,
}

/// Leaves two systems alone, prints what they did, and returns whether that was nothing.
///
/// # Errors
///
/// If the operating system does not say what its threads do, as Linux does.
pub(crate) fn keep() -> Result<bool, String> {
    let mut system = System::new();
    for n in 0..SLEEPERS {
        let sleeper = component(async |io: axon::Io<u64, u64>| {
            io.inbox.recv(&io.co).await;
        });
        system.add(&format!("sleeper {n}"), sleeper).expect(SOUND);
    }
    // While somebody may still call, a run is not over.
    let alarm = component(async |io: axon::Io<u64, u64>| {
        let hour = Duration::from_secs(3600);
        let _ = io.co.timeout(hour, io.inbox.recv(&io.co)).await;
    });
    system.add("alarm", alarm).expect(SOUND);
    let crowd = alone(&mut system, Vec::new)?;
    // The one is by whoever says that it is over.
    let woken = system.wakeups() - 1;
    let seconds = LONG.as_secs();
    println!(
        "{SLEEPERS} components asleep, for {seconds} s: the scheduler was woken {woken} \
         times, its thread ran {} times, {} ticks in all",
        crowd.switches, crowd.ticks
    );

    let listener = TcpServer::bind("127.0.0.1:0").expect(SOUND);
    let address = listener.address();
    let mut system = System::new();
    system.add("server", ServerCore::new(listener, |_| echo())).expect(SOUND);
    let guests = move || {
        let guest = || TcpStream::connect(address).expect("the server is there");
        (0..GUESTS).map(|_| guest()).collect()
    };
    let server = alone(&mut system, guests)?;
    println!(
        "{GUESTS} silent connections, for {seconds} s: the thread ran {} times, {} ticks \
         in all",
        server.switches, server.ticks
    );
    let nothing = Seen { switches: 0, ticks: 0 };
    Ok(woken == 0 && crowd == nothing && server == nothing)
}

/// Runs a system, has guests come, and leaves it alone; returns what it did then.
fn alone(
    system: &mut System,
    guests: impl FnOnce() -> Vec<TcpStream> + Send + 'static,
) -> Result<Seen, String> {
    let stopper = system.stopper();
    let this = memory::thread().ok_or("this system does not number its threads")?;
    let watcher = thread::spawn(move || {
        let guests = guests();
        let seen = watch(&this);
        // Whatever was seen: nobody else would ever end it.
        stopper.stop();
        drop(guests);
        seen
    });
    system.run().expect(SOUND);
    watcher.join().expect("it watches, and no more")
}

/// Waits until a thread has nothing to do, and returns what it does for so long. If it
/// never has nothing to do, that is what is seen.
fn watch(thread: &str) -> Result<Seen, String> {
    let mut before = seen(thread)?;
    for _ in 0..LOOKS {
        thread::sleep(BEGINNING);
        let now = seen(thread)?;
        if now == before {
            break;
        }
        before = now;
    }
    thread::sleep(LONG);
    let after = seen(thread)?;
    Ok(Seen {
        switches: after.switches - before.switches,
        ticks: after.ticks - before.ticks,
    })
}

fn seen(thread: &str) -> Result<Seen, String> {
    let read = |file: &str| {
        let path = format!("/proc/self/task/{thread}/{file}");
        fs::read_to_string(&path).map_err(|problem| format!("{path}: {problem}"))
    };
    let status = read("status")?;
    let switches = status.lines().filter_map(|line| {
        let (name, number) = line.split_once(':')?;
        name.ends_with("ctxt_switches").then(|| number.trim().parse::<u64>().ok())?
    });
    // After the name, in brackets, which may hold anything: the 12th and the 13th field.
    let stat = read("stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(11).take(2).filter_map(|it| it.parse::<u64>().ok());
    Ok(Seen { switches: switches.sum(), ticks: ticks.sum() })
}
