//! Lines go two ways and meet again: a shape for which a pipeline is too narrow.
//!
//! `cargo run -p axon --example graphline`

use axon::chassis::Graphline;
use axon::library::ConsoleEchoer;
use axon::{Co, Component, Inbox, Outbox, boxes};

const SONG: &str = "\
    O mistress mine, where are you roaming?
    O, stay and hear; your true love's coming,
    That can sing both high and low:
    Trip no further, pretty sweeting;
    Journeys end in lovers meeting,
    Every wise man's son doth know.";

/// Reads a song, and counts its words.
#[derive(Default)]
struct Reader {
    outbox: Outbox<String>,
    counts: Outbox<usize>,
}

impl Component for Reader {
    boxes! { outbox: "lines", counts: "how many words are in each" }

    async fn main(self, co: Co) {
        for line in SONG.lines() {
            self.outbox.send(line.trim().to_string(), &co).await;
            self.counts.send(line.split_whitespace().count(), &co).await;
        }
    }
}

/// Sends each line on, in capitals.
#[derive(Default)]
struct Shout {
    inbox: Inbox<String>,
    outbox: Outbox<String>,
}

impl Component for Shout {
    boxes! { inbox: "lines to shout", outbox: "the shouted lines" }

    async fn main(self, co: Co) {
        while let Some(line) = self.inbox.recv(&co).await {
            self.outbox.send(line.to_uppercase(), &co).await;
        }
    }
}

/// Puts a number in front of each line: it waits for both, whichever comes first.
#[derive(Default)]
struct Page {
    counts: Inbox<usize>,
    lines: Inbox<String>,
    outbox: Outbox<String>,
}

impl Component for Page {
    boxes! {
        counts: "what stands in the margin",
        lines: "what stands beside it",
        outbox: "the lines of the page",
    }

    async fn main(self, co: Co) {
        while let Some(line) = self.lines.recv(&co).await {
            let Some(count) = self.counts.recv(&co).await else { return };
            self.outbox.send(format!("{count}  {line}"), &co).await;
        }
    }
}

/// Everything but the printer.
pub(crate) fn page() -> axon::Result<Graphline> {
    Graphline::new()
        .with("reader", Reader::default())
        .with("shout", Shout::default())
        .with("page", Page::default())
        .link("reader.outbox -> shout.inbox")?
        .link("reader.counts -> page.counts")?
        .link("shout.outbox -> page.lines")?
        .link("page.outbox -> outbox")
}

fn main() -> axon::Result<()> {
    Graphline::new()
        .with("page", page()?)
        .with("printer", ConsoleEchoer::default())
        .link("page.outbox -> printer.inbox")?
        .run()
}
