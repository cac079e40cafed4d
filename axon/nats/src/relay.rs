//! # Relay
//!
//! The half of a [backplane](crate::backplane) that is on the client's thread: what is
//! published here goes to the server, numbered; what others publish comes from it. A
//! [ledger](crate::ledger) knows what was lost.
//!
//! ```text
//!   component ── outgoing ──▶ held ──▶ client ──▶ server
//!             ◀── incoming ── due  ◀── client ◀──   │
//!                              ▲                    │
//!                              └── its own come back, and only say that they were there
//! ```
//!
//! * As long as the server is there, what is under way is limited, and whoever publishes
//!   waits when it is reached.
//! * When it is gone, nobody waits: what is published is held, and the oldest dropped when
//!   there is no more room. When it is back, what is held is sent, and then a beat: by it
//!   everybody knows at once what is missing, and not with the next message.
//! * Nobody can make those wait who publish on other machines. So what comes faster than it
//!   is taken here is held too, and what there is no room for was missed.
//!
//! It never waits for the component, and so the two can never wait for each other.
//!
//! Ancestor: none.

use std::collections::VecDeque;

use async_nats::client::PublishErrorKind;
use async_nats::{Client, HeaderMap, Message, Subscriber};
use bytes::Bytes;
use futures_lite::StreamExt;
use tokio::sync::{mpsc, watch};

use crate::ledger::Ledger;
use crate::nats::{Nats, Standing};
use crate::note::{Losses, Note};

/// How many messages may be under way to the server, how many are held while it is gone,
/// and how many that have come wait to be taken.
pub(crate) const WINDOW: usize = 1024;

/// How many the queues between the two threads hold.
const QUEUE: usize = 64;

/// Who has sent a message.
const FROM: &str = "Axon-From";
/// Its number among the sender's.
const NUMBER: &str = "Axon-Number";
/// The number after which a beat was sent, which is no message.
pub(crate) const BEAT: &str = "Axon-Beat";

/// What comes to the component.
#[derive(Debug)]
pub(crate) enum Item {
    Message(Bytes),
    Note(Note),
}

/// A relay, as its component has it.
pub(crate) struct Ends {
    /// What is to be published. When it is dropped, the relay ends as soon as all has come
    /// back, and that ends `incoming`.
    pub(crate) outgoing: mpsc::Sender<Bytes>,
    pub(crate) incoming: mpsc::Receiver<Item>,
    /// Of how many messages it is known what came of them.
    pub(crate) settled: watch::Receiver<u64>,
}

/// Starts the relay of a subject.
pub(crate) fn start(nats: &Nats, subject: &str, losses: &Losses) -> Ends {
    let (outgoing, to_send) = mpsc::channel(QUEUE);
    let (to_take, incoming) = mpsc::channel(QUEUE);
    let (note, settled) = watch::channel(0);
    let office = &nats.office;
    let relay = Relay {
        client: office.client.clone(),
        // Whatever is unique on that server.
        name: office.client.new_inbox(),
        subject: subject.to_string(),
        ledger: Ledger::default(),
        held: VecDeque::new(),
        due: VecDeque::new(),
        waiting: 0,
        dropped: 0,
        losses: losses.clone(),
        taken: 0,
        settled: note,
    };
    let standing = office.standing.clone();
    office.runtime.spawn(relay.run(standing, to_send, to_take));
    Ends { outgoing, incoming, settled }
}

struct Relay {
    client: Client,
    /// By which it knows its own messages.
    name: String,
    subject: String,
    ledger: Ledger,
    /// What is to be sent when the server is back.
    held: VecDeque<Bytes>,
    /// What waits for the component, and how many messages are in it.
    due: VecDeque<Item>,
    waiting: usize,
    /// How many of those that were held have been dropped since the server has gone.
    dropped: u64,
    losses: Losses,
    /// How many messages the component has published.
    taken: u64,
    settled: watch::Sender<u64>,
}

impl Relay {
    async fn run(
        mut self,
        mut standing: watch::Receiver<Standing>,
        mut to_send: mpsc::Receiver<Bytes>,
        to_take: mpsc::Sender<Item>,
    ) {
        let subscribed = self.client.subscribe(self.subject.clone()).await;
        let Ok(mut subscription): Result<Subscriber, _> = subscribed else { return };
        let mut now = *standing.borrow_and_update();
        let mut is_finished = false;
        while !is_finished || self.unsettled() > 0 {
            let is_connected = matches!(now, Standing::Connected(_));
            let has_room = !is_connected || self.ledger.on_their_way() < WINDOW;
            tokio::select! {
                bytes = to_send.recv(), if !is_finished && has_room => {
                    self.taken += u64::from(bytes.is_some());
                    match bytes {
                        Some(bytes) if is_connected => self.send(bytes).await,
                        Some(bytes) => self.hold(bytes),
                        None => is_finished = true,
                    }
                }
                message = subscription.next() => match message {
                    Some(message) => self.take(&message),
                    None => return,
                },
                changed = standing.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let before = now;
                    now = *standing.borrow_and_update();
                    self.turn(before, now).await;
                }
                // Whoever would take what comes has gone, and so has nothing to say.
                () = to_take.closed() => return,
                permit = to_take.reserve(), if !self.due.is_empty() => {
                    let Ok(permit) = permit else { return };
                    if let Some(item) = self.due.pop_front() {
                        self.waiting -= usize::from(matches!(item, Item::Message(_)));
                        permit.send(item);
                    }
                }
            }
            self.settled.send_replace(self.taken - self.unsettled());
        }
        // What nobody has asked for yet is no reason to stay, but what was lost is told.
        for note in self.due.drain(..).filter(|item| matches!(item, Item::Note(_))) {
            let _ = to_take.try_send(note);
        }
    }

    /// How many messages have not been taken by the server, as far as is known.
    fn unsettled(&self) -> u64 {
        (self.held.len() + self.ledger.on_their_way()) as u64
    }

    async fn send(&mut self, bytes: Bytes) {
        let number = self.ledger.send();
        let length = bytes.len();
        let headers = self.headers(NUMBER, number);
        let heading = length_of(&headers);
        let subject = self.subject.clone();
        let sent = self.client.publish_with_headers(subject, headers, bytes).await;
        if let Err(error) = sent {
            self.ledger.take_back();
            self.losses.add_lost(1);
            let limit = self.client.max_payload().saturating_sub(heading);
            self.due.push_back(Item::Note(match error.kind() {
                PublishErrorKind::MaxPayloadExceeded => {
                    Note::TooLong { bytes: length, limit }
                }
                // There is no client any more.
                _ => Note::Lost(1),
            }));
        }
    }

    /// What stands before a message.
    fn headers(&self, word: &str, number: u64) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(FROM, self.name.as_str());
        headers.insert(word, number.to_string());
        headers
    }

    /// Keeps a message until the server is back.
    fn hold(&mut self, bytes: Bytes) {
        self.held.push_back(bytes);
        if self.held.len() > WINDOW {
            self.held.pop_front();
            self.dropped += 1;
            self.losses.add_lost(1);
            self.ledger.skip();
        }
    }

    /// Sees to what is to be done when the server has gone, or is back.
    async fn turn(&mut self, before: Standing, now: Standing) {
        match (before, now) {
            (Standing::Connected(_), Standing::CutOff(_)) => {
                self.due.push_back(Item::Note(Note::CutOff));
            }
            (Standing::Connected(times), Standing::Connected(again))
                if times != again =>
            {
                // It was gone for so short a time that nobody had looked.
                self.due.push_back(Item::Note(Note::CutOff));
                self.come_back().await;
            }
            (Standing::CutOff(_), Standing::Connected(_)) => self.come_back().await,
            _ => {}
        }
    }

    async fn come_back(&mut self) {
        self.due.push_back(Item::Note(Note::Back));
        let dropped = std::mem::take(&mut self.dropped);
        if dropped > 0 {
            self.due.push_back(Item::Note(Note::Lost(dropped)));
        }
        for bytes in std::mem::take(&mut self.held) {
            self.send(bytes).await;
        }
        let headers = self.headers(BEAT, self.ledger.last());
        let subject = self.subject.clone();
        let beat = self.client.publish_with_headers(subject, headers, Bytes::new());
        // If it fails, the next message says the same.
        let _ = beat.await;
    }

    /// Understands what has come: a message, a beat, or an own one of either. Who knows
    /// nothing of numbers just sends a message.
    fn take(&mut self, message: &Message) {
        let word = |word: &str| {
            let headers = message.headers.as_ref()?;
            Some(headers.get(word)?.as_str().to_string())
        };
        let number = |name: &str| word(name)?.parse::<u64>().ok();
        let from = word(FROM).unwrap_or_default();
        let is_own = from == self.name;
        let (lost, missed, is_message) = match (number(NUMBER), number(BEAT)) {
            (Some(number), _) if is_own => {
                (self.ledger.comes_back(number), 0, false)
            }
            (None, Some(last)) if is_own => {
                (self.ledger.beat_comes_back(last), 0, false)
            }
            (Some(number), _) => (0, self.ledger.hears(&from, number), true),
            (None, Some(last)) => {
                (0, self.ledger.hears_beat_after(&from, last), false)
            }
            (None, None) => (0, 0, true),
        };
        if lost > 0 {
            self.losses.add_lost(lost);
            self.due.push_back(Item::Note(Note::Lost(lost)));
        }
        self.miss(missed);
        if !is_message {
            return;
        }
        if self.waiting == WINDOW {
            return self.miss(1);
        }
        self.waiting += 1;
        self.due.push_back(Item::Message(message.payload.clone()));
    }

    /// Counts what was missed; what is missed at one go is told in one note.
    fn miss(&mut self, count: u64) {
        if count == 0 {
            return;
        }
        self.losses.add_missed(count);
        match self.due.back_mut() {
            Some(Item::Note(Note::Missed(before))) => {
                *before = before.saturating_add(count);
            }
            _ => self.due.push_back(Item::Note(Note::Missed(count))),
        }
    }
}

/// How many bytes headers are to the server, which counts them to the message.
fn length_of(headers: &HeaderMap) -> usize {
    let lines = headers.iter().flat_map(|(name, values)| {
        let name: &str = name.as_ref();
        values.iter().map(|value| name.len() + ": \r\n".len() + value.as_str().len())
    });
    "NATS/1.0\r\n\r\n".len() + lines.sum::<usize>()
}
