//! How long the visualiser takes to lay systems out, and what it costs to show one in which
//! ten thousand things a second happen: what a core has to do for each second of it.
//!
//! `cargo run --release -p tui-visualiser --example pace`
//!
//! Everything is done that the program does, from the bytes of the trace to the cells of
//! the screen, on a screen that exists only in memory. What a terminal needs to draw the
//! cells that have changed is its own business.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tui_visualiser::screen::view::view;
use tui_visualiser::screen::viewer::{Message, Viewer};
use tui_visualiser::terminal::theme::Look;
use tui_visualiser::{Density, Feed, Figure, Model, Places, Recording};

/// So many things happen in a second.
const EVENTS: u32 = 10_000;

/// So many pictures are drawn in a second, and so often does time pass.
const FRAMES: u32 = 30;
const TICKS: u32 = 25;

/// So many seconds are shown.
const SECONDS: u32 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (components, in_layer) in [(60, 8), (500, 20)] {
        let system = System::new(components, in_layer);
        let model = system.model()?;
        for density in [Density::Boxed, Density::Compact] {
            let figure = Figure::moving().density(density);
            let arrange =
                || figure.arrange(&model, &BTreeSet::new(), &Places::new());
            let took = (0..5).map(|_| timed(arrange)).min().unwrap_or_default();
            println!("{components} components, {density:?}: laid out in {took:.1?}");
        }
        let took = shown(&system)?;
        let share = 100.0 * took.as_secs_f64() / f64::from(SECONDS);
        println!(
            "{components} components at 120x40, {EVENTS} events and {FRAMES} frames a \
             second: {share:.1} % of a core"
        );
    }
    Ok(())
}

fn timed<R>(work: impl FnOnce() -> R) -> Duration {
    let began = Instant::now();
    let _result = work();
    began.elapsed()
}

/// Shows a system at work for some seconds, as fast as that can be done.
fn shown(system: &System) -> Result<Duration, Box<dyn std::error::Error>> {
    let look = Look { is_coloured: true, is_ascii: false };
    let mut terminal = Terminal::new(TestBackend::new(120, 40))?;
    let mut viewer = Viewer::new("pace", false).of_system();
    viewer.update(Message::Resized(120, 40));
    let mut feed = Feed::default();
    viewer.update(Message::Said(feed.push(system.beginning().as_bytes())));
    terminal.draw(|frame| view(&viewer, look, frame))?;
    // Made beforehand: it is the program that is watched who makes them.
    let slice = EVENTS.div_ceil(FRAMES * TICKS);
    let count = SECONDS * FRAMES * TICKS;
    let slices: Vec<String> =
        (0..count).map(|n| system.events(n * slice, slice)).collect();
    let began = Instant::now();
    for (n, slice) in (1..).zip(&slices) {
        viewer.update(Message::Said(feed.push(slice.as_bytes())));
        if n % FRAMES == 0 {
            viewer.update(Message::Tick);
        }
        if n % TICKS == 0 {
            viewer.look();
            terminal.draw(|frame| view(&viewer, look, frame))?;
        }
    }
    Ok(began.elapsed())
}

/// Components in layers, each linked to one in the next; and some run back.
struct System {
    /// For each component, to whom it is linked, if it is linked to anybody.
    targets: Vec<Option<u32>>,
}

impl System {
    fn new(components: u32, in_layer: u32) -> Self {
        let mut random = 4_u32;
        let target = |n: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let first = (n / in_layer + 1) * in_layer;
            let last = components.min(first + in_layer);
            match n % 17 {
                // One in seventeen runs back to somebody before it.
                16 => Some((random >> 8) % n),
                _ if first < last => Some(first + (random >> 8) % (last - first)),
                _ => None,
            }
        };
        Self { targets: (0..components).map(target).collect() }
    }

    /// Who is there, as a trace says it.
    fn beginning(&self) -> String {
        let components: Vec<String> = (1..=self.targets.len())
            .map(|id| {
                format!(
                    r#"{{"id":{id},"name":"C{id}","inboxes":["inbox"],"outboxes":["outbox"]}}"#
                )
            })
            .collect();
        let targets = (1..).zip(&self.targets);
        let links: Vec<String> = targets
            .filter_map(|(id, target)| {
                let to = (*target)? + 1;
                Some(format!(
                    r#"{{"id":{id},"from":[{id},"outbox"],"to":[{to},"inbox"]}}"#
                ))
            })
            .collect();
        format!(
            "{}\n{{\"ev\":\"snapshot\",\"seq\":0,\"components\":[{}],\"links\":[{}]}}\n",
            r#"{"ev":"hello","v":1,"kit":"axon","system":"pace","clock":"turns"}"#,
            components.join(","),
            links.join(","),
        )
    }

    /// What happens from some event on: everybody has a turn, receives, sends, and sleeps.
    fn events(&self, from: u32, count: u32) -> String {
        let mut text = String::new();
        for seq in from + 1..=from + count {
            let t = seq / 4;
            let n = t as usize % self.targets.len();
            let id = n + 1;
            let head = |ev: &str| {
                format!(r#"{{"ev":"{ev}","seq":{seq},"t":{t},"comp":{id}"#)
            };
            let line = match (seq % 4, self.targets[n]) {
                (0, _) => format!("{}}}", head("turn")),
                (1, _) => format!(r#"{},"box":"inbox","depth":0}}"#, head("recv")),
                (2, Some(target)) => {
                    let to = target + 1;
                    format!(
                        r#"{},"box":"outbox","to":[{to},"inbox"],"depth":1}}"#,
                        head("send")
                    )
                }
                _ => format!(
                    r#"{},"state":"idle","on":[[{id},"inbox"]]}}"#,
                    head("state")
                ),
            };
            // Writing into a string does not fail.
            let _ = writeln!(text, "{line}");
        }
        text
    }

    fn model(&self) -> Result<Model, tui_visualiser::Unreadable> {
        let recording = Recording::read(self.beginning().as_bytes())?;
        Ok(Model::at(&recording.lines, u64::MAX))
    }
}
