//! Checkpoint 3: every speech is heard.

use checks::{Log, expect};

use super::desks::{listener, script};
use super::yours::{Component, System, Yield, decode};

const PLAY: &str = include_str!("../twelfth-night.txt");

/// What a viewer writes down about a speech: who, how many lines, and the first.
fn in_words(_inbox: &str, message: &str) -> String {
    let (who, speech) = message
        .split_once(": ")
        .filter(|(who, _)| !who.contains(char::is_lowercase))
        .unwrap_or(("nobody", message));
    let first = speech.lines().next().unwrap_or_default();
    match speech.lines().count() {
        1 => format!("{who}, 1 line: {first}"),
        count => format!("{who}, {count} lines: {first}"),
    }
}

/// Everything that a viewer writes down about a text, if so many lines come a turn.
fn seen(text: &str, a_turn: usize) -> String {
    let log = Log::new(1_000);
    let page = Component::new("script", &[], &["outbox"]);
    let seat = Component::new("viewer", &["inbox"], &[]);
    let mut system = System::default();
    system.add(&page, script(text, a_turn));
    system.add(&seat, listener(&log, in_words));
    decode(&mut system, (&page, "outbox"), (&seat, "inbox"));
    system.run();
    log.text()
}

#[test]
fn every_speech_is_heard_and_so_is_the_last() {
    for a_turn in [1, 100] {
        expect!(
            "scene_one",
            seen(PLAY, a_turn),
            [
                ("the three stages are not linked from end to end", |d| {
                    d.yours.is_empty()
                }),
                (
                    "a speech is sent although it is not over: that no line has come \
                     for a while does not say that no more will come",
                    |d| d.yours.len() > d.expected.len()
                ),
                ("`Exeunt` is counted as a line: nobody says it", |d| {
                    let lines = d.yours.join("\n");
                    lines.contains("10 lines") || lines.contains("Exeunt")
                }),
                (
                    "the last speech is never sent. `collect` sends one when the next \
                     begins, and after this one nobody begins. What else in the play \
                     says that it is over, and how far does that get?",
                    |d| d.stops_early()
                ),
            ]
        );
    }
}

#[test]
fn a_second_scene_follows_the_first() {
    expect!(
        "two_scenes",
        seen(&format!("{PLAY}\n{PLAY}"), 1),
        [
            ("a speech is sent twice: once it is sent, forget it", |d| {
                d.goes_on() || d.repeats()
            }),
            (
                "the Duke ends a scene and begins the next, and that is two speeches: \
                 after `Exeunt` nobody speaks any more",
                |d| {
                    let lines = d.yours.join("\n");
                    ["24 lines", "25 lines", "nobody"]
                        .iter()
                        .any(|l| lines.contains(l))
                }
            ),
            ("after the first scene somebody has gone home for good", |d| {
                d.stops_early()
            }),
        ]
    );
}

#[test]
fn a_pause_in_a_speech_is_not_its_end() {
    let log = Log::new(1_000);
    let page = Component::new("script", &[], &["outbox"]);
    let seat = Component::new("viewer", &["inbox"], &[]);
    let mut system = System::default();
    system.add(&page, |me, co| async move {
        for line in ["CURIO", "Will you go hunt,", "my lord?", "Exeunt"] {
            me.send("outbox", line);
            for _ in 0..20 {
                co.yield_(Yield::Again).await;
            }
        }
    });
    system.add(&seat, listener(&log, in_words));
    decode(&mut system, (&page, "outbox"), (&seat, "inbox"));
    system.run();

    expect!(
        "a_pause",
        log.text(),
        [
            (
                "the actor draws breath for twenty turns, and is taken to have \
                 finished: silence does not say that no more will come",
                |d| d.yours.len() > d.expected.len()
            ),
            ("the last speech is never sent", |d| d.stops_early()),
        ]
    );
}

#[test]
fn two_plays_in_one_system_do_not_mix() {
    let log = Log::new(1_000);
    let mut system = System::default();
    let plays = [
        ("north", "CURIO\nWill you go hunt, my lord?\nORSINO\nWhat, Curio?\nExeunt"),
        ("south", "VIOLA\nWhat country is this?\nCAPTAIN\nThis is Illyria.\nExeunt"),
    ];
    for (name, text) in plays {
        let page = Component::new("script", &[], &["outbox"]);
        let seat = Component::new(name, &["inbox"], &[]);
        system.add(&page, script(text, 1));
        system.add(&seat, listener(&log, in_words));
        decode(&mut system, (&page, "outbox"), (&seat, "inbox"));
    }
    system.run();

    expect!(
        "two_plays",
        log.text(),
        [
            ("the last speech of each play is never sent", |d| d.lacks("Illyria")),
            (
                "each call of `decode` makes three desks of its own, and what a stage \
                 remembers stays with its desk",
                |_| true
            ),
        ]
    );
}
