//! Work that is shared by several machines: how many primes there are below a million.
//!
//! It needs a server, such as `nats-server -js`. Then
//! `cargo run -p axon-nats --example workshare foreman 127.0.0.1:4222` has work for a crew
//! of two (or of as many as stands after it), and
//! `cargo run -p axon-nats --example workshare worker 127.0.0.1:4222`, in two other
//! terminals or on two other machines, is one of the crew each.
//!
//! ```text
//!   foreman                                             worker, as many as there are
//!  ┌────────────────────┐      value `crew`           ┌──────────────────────┐
//!  │ opens the works    │ ─── 0 of 2, 1 of 2, 2 of 2 ─│ 1. comes, and waits  │
//!  │                    │                             │    for the others    │
//!  │ has what is to be  │ ◀──── service `work` ───────│ 2. asks for work     │
//!  │ done (scatter)     │ ─────────── a job ─────────▶│ 3. does it           │
//!  │ adds up (gather)   │ ◀── backplane `DONE` ───────│ 4. says what came of │
//!  │ closes the works   │                             │    it, and asks again│
//!  └────────────────────┘                             └──────────────────────┘
//! ```
//!
//! Nobody is given work: who is quick asks more often. When all jobs have been given and
//! some are not done, they are given again, so what somebody had who has gone is done by
//! another, and what is done twice counts once. Who comes later helps.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::time::Duration;

use axon::backplane::{Backplane, SubscribeTo};
use axon::library::ConsoleEchoer;
use axon::{Co, Component, Inbox, Outbox, Signal, System, boxes};
use axon_nats::{
    AskOn, Asked, Commit, Nats, Offer, On, Trouble, Unanswered, Values,
};

/// Below which number primes are counted, and how many numbers a job has.
const LIMIT: u64 = 1_000_000;
const JOB: usize = 20_000;

/// How often a worker asks a foreman who does not answer, and how long it waits in between.
const TRIES: u32 = 20;
const RESPITE: Duration = Duration::from_millis(200);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let (nats, crew) = match words[..] {
        ["foreman", server] => (Nats::connect(server)?, Some(2)),
        ["foreman", server, crew] => {
            let Ok(count) = crew.parse() else {
                eprintln!("how many are in the crew is expected, and not `{crew}`");
                std::process::exit(2);
            };
            (Nats::connect(server)?, Some(count))
        }
        ["worker", server] => (Nats::connect(server)?, None),
        _ => {
            eprintln!(
                "`foreman` or `worker` is expected, and the address of a server"
            );
            std::process::exit(2);
        }
    };
    let mut system = System::new();
    system.add("done", Backplane::<String>::new("DONE").on(&nats))?;
    match crew {
        Some(crew) => lead(crew, &nats, &mut system)?,
        None => help(&nats, &mut system)?,
    }
    system.run()?;
    Ok(())
}

/// Puts a foreman into a system.
fn lead(crew: u32, nats: &Nats, system: &mut System) -> axon::Result<()> {
    system.add("results", SubscribeTo::<String>::new("DONE"))?;
    system.add("offer", Offer::<String, String>::new("work", nats))?;
    system.add("foreman", Foreman::new(crew, nats))?;
    system.add("printer", ConsoleEchoer::default())?;
    system.link("results.outbox -> foreman.results")?;
    system.link("foreman.outbox -> printer.inbox")?;
    system.link("foreman.signal -> offer.control")?;
    system.link("offer.signal -> done.control")?;
    Ok(())
}

/// Puts a worker into a system.
fn help(nats: &Nats, system: &mut System) -> axon::Result<()> {
    system.add("work", AskOn::<String, String>::new("work", nats))?;
    system.add("worker", Worker::new(nats))?;
    system.add("printer", ConsoleEchoer::default())?;
    system.link("worker.says -> printer.inbox")?;
    system.link("worker.outbox -> done.inbox")?;
    system.link("worker.signal -> done.control")?;
    Ok(())
}

/// Those who are to be there before anybody begins.
#[derive(Clone)]
struct Crew(Values<String>);

impl Crew {
    fn of(nats: &Nats) -> Self {
        Self(Values::new("workshare", nats))
    }

    async fn write(&self, state: &str, co: &Co) -> Result<(), Trouble> {
        let change = |_| Commit::Write(state.to_string(), ());
        self.0.atomically("crew", co, change).await
    }

    /// Opens the works for so many.
    async fn open(&self, count: u32, co: &Co) -> Result<(), Trouble> {
        self.write(&format!("0 of {count}"), co).await
    }

    /// Closes the works.
    async fn close(&self, co: &Co) -> Result<(), Trouble> {
        self.write("closed", co).await
    }

    /// Comes to the works, as soon as they are open, and waits until all have come.
    async fn join(&self, co: &Co) -> Result<(), Trouble> {
        let come = |state: Option<String>| match state.as_deref().and_then(numbers) {
            None => Commit::Retry,
            Some((there, of)) if there < of => {
                Commit::Write(format!("{} of {of}", there + 1), ())
            }
            Some(_) => Commit::Leave(()),
        };
        self.0.atomically("crew", co, come).await?;
        let wait = |state: Option<String>| match state.as_deref().and_then(numbers) {
            Some((there, of)) if there < of => Commit::Retry,
            _ => Commit::Leave(()),
        };
        self.0.atomically("crew", co, wait).await
    }

    async fn is_closed(&self, co: &Co) -> Result<bool, Trouble> {
        Ok(self.0.read("crew", co).await?.as_deref().and_then(numbers).is_none())
    }
}

/// Understands `1 of 2`.
fn numbers(state: &str) -> Option<(u32, u32)> {
    let (there, of) = state.split_once(" of ")?;
    Some((there.parse().ok()?, of.parse().ok()?))
}

/// Has the jobs, and adds up what came of them.
struct Foreman {
    questions: Inbox<Asked<String, String>>,
    results: Inbox<String>,
    outbox: Outbox<String>,
    crew: Crew,
    count: u32,
}

impl Foreman {
    fn new(count: u32, nats: &Nats) -> Self {
        Self {
            questions: Inbox::default(),
            results: Inbox::default(),
            outbox: Outbox::default(),
            crew: Crew::of(nats),
            count,
        }
    }

    /// Hands out jobs until all are done.
    async fn hand_out(&self, jobs: &mut Jobs, co: &Co) {
        while !jobs.are_done() && co.control().is_none() {
            while let Some(result) = self.results.try_recv() {
                jobs.note(&result);
            }
            while let Some(asked) = self.questions.try_recv() {
                let Some(job) = jobs.next() else { return };
                asked.answer(job);
            }
            co.pause().await;
        }
    }
}

impl Component for Foreman {
    boxes! {
        questions: "who asks for work",
        results: "what came of it",
        outbox: "how it goes",
    }

    async fn main(self, co: Co) {
        let _registration = match co.assistant().register("work", &self.questions) {
            Ok(registration) => registration,
            Err(error) => return co.fail(error),
        };
        if let Err(trouble) = self.crew.open(self.count, &co).await {
            return co.fail(trouble);
        }
        self.outbox.send(format!("there is work for {}", self.count), &co).await;
        let mut jobs = Jobs::cut(LIMIT, JOB);
        self.hand_out(&mut jobs, &co).await;
        if co.control() == Some(Signal::Shutdown) {
            return;
        }
        if let Err(trouble) = self.crew.close(&co).await {
            co.fail(trouble);
        }
        let sum: u64 = jobs.done.values().sum();
        self.outbox.send(format!("{sum} primes are below {LIMIT}"), &co).await;
    }
}

/// All jobs, by their numbers.
struct Jobs {
    all: Vec<Range<u64>>,
    /// Those that are not done, in the order in which they are given (again).
    open: VecDeque<usize>,
    done: BTreeMap<usize, u64>,
}

impl Jobs {
    fn cut(limit: u64, size: usize) -> Self {
        let starts = (0..limit).step_by(size);
        let all: Vec<_> =
            starts.map(|start| start..limit.min(start + size as u64)).collect();
        let open = (0..all.len()).collect();
        Self { all, open, done: BTreeMap::new() }
    }

    /// The next, as it is sent.
    fn next(&mut self) -> Option<String> {
        let number = self.open.pop_front()?;
        self.open.push_back(number);
        let Range { start, end } = self.all[number];
        Some(format!("{number} {start} {end}"))
    }

    /// Notes a result, unless it has one, or it is of no job.
    fn note(&mut self, result: &str) {
        let Some((number, count)) = result.split_once(' ') else { return };
        let (Ok(number), Ok(count)) = (number.parse(), count.parse()) else {
            return;
        };
        if number < self.all.len() {
            self.done.entry(number).or_insert(count);
            self.open.retain(|open| *open != number);
        }
    }

    fn are_done(&self) -> bool {
        self.open.is_empty()
    }
}

/// Asks for work, and does it.
struct Worker {
    ask: Outbox<Asked<String, String>>,
    outbox: Outbox<String>,
    says: Outbox<String>,
    crew: Crew,
}

impl Worker {
    fn new(nats: &Nats) -> Self {
        Self {
            ask: Outbox::default(),
            outbox: Outbox::default(),
            says: Outbox::default(),
            crew: Crew::of(nats),
        }
    }

    /// Does jobs, until the works are closed. Returns how many.
    async fn work(&self, co: &Co) -> Result<usize, Box<dyn std::error::Error>> {
        co.assistant().find("work", co).await?.link(&self.ask)?;
        self.says.send("waits until all are there".to_string(), co).await;
        self.crew.join(co).await?;
        self.says.send("begins".to_string(), co).await;
        let (mut tries, mut count) = (0, 0);
        loop {
            let (asked, answer) = Asked::new("what is to be done?".to_string());
            self.ask.send(asked, co).await;
            match answer.or_shutdown(co).await {
                Ok(job) => {
                    tries = 0;
                    let result = do_it(&job).ok_or(format!("`{job}` is no job"))?;
                    self.outbox.send(result, co).await;
                    count += 1;
                }
                Err(Unanswered::ShutDown) => return Ok(count),
                Err(_) if self.crew.is_closed(co).await? => return Ok(count),
                Err(why) => {
                    tries += 1;
                    if tries == TRIES {
                        return Err(format!("the foreman does not answer: {why}"))?;
                    }
                    co.sleep(RESPITE).await;
                }
            }
        }
    }
}

impl Component for Worker {
    boxes! {
        ask: "to the foreman",
        outbox: "what came of a job",
        says: "how it goes",
    }

    async fn main(self, co: Co) {
        match self.work(&co).await {
            Ok(count) => {
                self.says.send(format!("has done {count} jobs"), &co).await;
            }
            Err(_) if co.control() == Some(Signal::Shutdown) => {}
            Err(error) => co.fail(error),
        }
    }
}

/// Does a job, and says what came of it.
fn do_it(job: &str) -> Option<String> {
    let mut words = job.split(' ');
    let number: usize = words.next()?.parse().ok()?;
    let (start, end) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let primes = Range::<u64> { start, end }.filter(|n| is_prime(*n)).count();
    Some(format!("{number} {primes}"))
}

fn is_prime(n: u64) -> bool {
    let mut divisors = (2..).take_while(|divisor| divisor * divisor <= n);
    n >= 2 && divisors.all(|divisor| !n.is_multiple_of(divisor))
}
