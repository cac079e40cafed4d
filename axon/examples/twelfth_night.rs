//! A play comes in line by line, as from a broadcast, and leaves speech by speech: the
//! decode chain that a trainee built in 2005, in three stages.
//!
//! `cargo run -p axon --example twelfth_night`
//!
//! Exercise 05 builds it on mini-axon, where nobody knows when the last line has come, and
//! somebody is never heard. Here an inbox says when it is over.

use axon::chassis::Pipeline;
use axon::library::{ConsoleEchoer, DataSource, Filter};
use axon::{Co, Component, Inbox, Outbox, boxes};

const SCRIPT: &str = "\
ACT I

SCENE I. DUKE ORSINO's palace.

Enter ORSINO, CURIO, and other Lords; Musicians attending

ORSINO
If music be the food of love, play on;
Give me excess of it, that, surfeiting,
The appetite may sicken, and so die.

CURIO
Will you go hunt, my lord?

ORSINO
What, Curio?

CURIO
The hart.

ORSINO
Why, so I do, the noblest that I have.

Enter VALENTINE

How now! what news from her?

VALENTINE
So please my lord, I might not be admitted;
But from her handmaid do return this answer:
The element itself, till seven years' heat,
Shall not behold her face at ample view.

ORSINO
Away before me to sweet beds of flowers:
Love-thoughts lie rich when canopied with bowers.

Exeunt";

/// A line of the play, and who speaks it.
struct Line {
    speaker: String,
    words: String,
}

/// Lets through who speaks and what is spoken, and drops stage directions.
fn demodulate() -> Filter<str, impl FnMut(&str) -> bool> {
    Filter::new(|line: &str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        !["", "ACT", "SCENE", "Enter", "Exit", "Exeunt"].contains(&first)
    })
}

/// Says of each line whose it is. A line without a small letter is the name of a speaker.
#[derive(Default)]
struct Demultiplex {
    inbox: Inbox<String>,
    outbox: Outbox<Line>,
}

impl Component for Demultiplex {
    boxes! { inbox: "speakers and lines", outbox: "lines, with their speakers" }

    async fn main(self, co: Co) {
        let mut speaker = String::new();
        while let Some(words) = self.inbox.recv(&co).await {
            if words.contains(char::is_lowercase) {
                let speaker = speaker.clone();
                self.outbox.send(Line { speaker, words }, &co).await;
            } else {
                speaker = words;
            }
        }
    }
}

/// Makes one message of a whole speech.
#[derive(Default)]
struct Collect {
    inbox: Inbox<Line>,
    outbox: Outbox<String>,
}

impl Component for Collect {
    boxes! { inbox: "lines, with their speakers", outbox: "speeches" }

    async fn main(self, co: Co) {
        let (mut speaker, mut speech) = (String::new(), String::new());
        while let Some(line) = self.inbox.recv(&co).await {
            if line.speaker != speaker && !speech.is_empty() {
                self.outbox.send(std::mem::take(&mut speech), &co).await;
            }
            if speech.is_empty() {
                speech = format!("{}:", line.speaker);
            }
            speech += &format!("\n    {}", line.words);
            speaker = line.speaker;
        }
        // No more will come, so the last speech is over as well.
        if !speech.is_empty() {
            self.outbox.send(speech, &co).await;
        }
    }
}

/// Everything but the printer.
pub(crate) fn play() -> Pipeline {
    let decoder = Pipeline::new()
        .then("demodulate", demodulate())
        .then("demultiplex", Demultiplex::default())
        .then("collect", Collect::default());
    Pipeline::new()
        .then("script", DataSource::new(SCRIPT.lines().map(String::from)))
        .then("decoder", decoder)
}

fn main() -> axon::Result<()> {
    Pipeline::new()
        .then("play", play())
        .then("printer", ConsoleEchoer::default())
        .run()
}
