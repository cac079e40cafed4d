//! Checkpoint 4: who lost the letter?

use super::yours::{Culprit, DIAGNOSIS};

const TRACE: &str = include_str!("../lost-letter.jsonl");

/// The messages that were sent, by their `seq`, and never taken out of an inbox.
fn never_received() -> Vec<u64> {
    let field = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!("\"{name}\":"))?;
        let end = rest.find([',', '}'])?;
        Some(rest[..end].to_string())
    };
    let events = |event: &str| {
        let wanted = format!("\"ev\":\"{event}\"");
        TRACE.lines().filter(move |line| line.contains(&wanted))
    };
    let received: Vec<_> = events("recv").map(|line| field(line, "msg")).collect();
    events("send")
        .filter(|line| !received.contains(&field(line, "msg")))
        .filter_map(|line| field(line, "seq")?.parse().ok())
        .collect()
}

#[test]
fn the_lost_letter_is_found() {
    let (seq, _) = DIAGNOSIS;
    assert!(
        never_received() == [seq],
        "line {seq} is not the letter that was lost\n\nlikely cause: follow one message \
         at a time, from its `send` through `deliver` to its `recv`; only one stops \
         half-way"
    );
}

#[test]
fn the_culprit_is_named() {
    let (_, culprit) = DIAGNOSIS;
    let why_not = match culprit {
        Culprit::Sender => {
            "the sender put it into its outbox: there is a `send` for it"
        }
        Culprit::Postman => {
            "the postman was idle, and rightly: when he went round in that pass, the \
             letter was not yet written"
        }
        Culprit::Receiver => {
            "the receiver cannot take what was never delivered to it"
        }
        Culprit::Scheduler => return,
    };
    panic!(
        "no: {why_not}\n\nlikely cause: ask who should have come round once more"
    );
}
