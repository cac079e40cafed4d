//! Checkpoint 2: two stages.

use std::rc::Rc;

use checks::{Log, expect, same};

use super::desks::{Main, listener, script};
use super::yours::{
    Co, Component, Linkage, Scheduler, Yield, demodulate, demultiplex,
};

/// The scene, as far as its last speech.
fn scene() -> &'static str {
    let play = include_str!("../twelfth-night.txt");
    play.split_once("\nExeunt").map_or(play, |(scene, _)| scene)
}

/// A stage, with its type forgotten, so that several stand in a row.
type Stage = fn(Rc<Component>, Co<Yield>) -> Main;

/// What comes out of a stage, a line each, if a text goes in, so many lines a turn.
fn through(stages: &[Stage], text: &str, a_turn: usize) -> String {
    // Three turns for each line of the scene are far more than anybody needs.
    let log = Log::new(300);
    let scheduler = Scheduler::default();
    let desk = |name| Component::new(name, &["inbox"], &["outbox"]);

    let page = desk("page");
    scheduler.activate(page.start(script(text, a_turn)));
    let mut last = page;
    for stage in stages {
        let next = desk("stage");
        scheduler.activate(next.start(stage));
        let (source, sink) = (last.outbox("outbox"), next.inbox("inbox"));
        scheduler.activate(Linkage { source, sink }.postman());
        last = next;
    }
    let viewer = desk("out");
    scheduler.activate(viewer.start(listener(&log, |_, line| line.to_string())));
    let (source, sink) = (last.outbox("outbox"), viewer.inbox("inbox"));
    scheduler.activate(Linkage { source, sink }.postman());
    scheduler.run();

    let name = format!("{:<10} ", "out");
    let lines: Vec<String> =
        log.text().lines().map(|line| line.replacen(&name, "", 1)).collect();
    lines.join("\n")
}

fn filter(me: Rc<Component>, co: Co<Yield>) -> Main {
    Box::pin(demodulate(me, co))
}

fn divider(me: Rc<Component>, co: Co<Yield>) -> Main {
    Box::pin(demultiplex(me, co))
}

#[test]
fn stage_directions_and_empty_lines_are_dropped() {
    expect!(
        "spoken",
        through(&[filter], scene(), 1),
        [
            ("an empty line is nobody's: it is dropped as well", |d| {
                d.yours.contains(&"")
            }),
            ("a stage direction goes through", |d| {
                let directions = ["ACT", "SCENE", "Enter", "["];
                let is_one =
                    |line: &&str| directions.iter().any(|d| line.starts_with(d));
                d.yours.iter().any(is_one)
            }),
            ("the speakers' names must go on: the next stage needs them", |d| {
                d.lacks("VALENTINE")
            }),
            ("something that is spoken is dropped", |d| {
                d.yours.len() < d.expected.len()
            }),
        ]
    );
}

#[test]
fn the_first_word_decides_and_not_the_first_letters() {
    let spoken = "ACTOR\nEntertain no doubt of it.\nAct well your part.\nExits, on \
                  the left.\nThey may Enter, and Exit.\nSCENERY\nI creak.";
    same(
        spoken,
        &through(&[filter], spoken, 3),
        &[
            (
                "`ACTOR` begins with `ACT`, and is another word: compare the first word \
                 of the line, not its first letters",
                |d| d.lacks("ACTOR") || d.lacks("Entertain") || d.lacks("SCENERY"),
            ),
            ("`ACT` is a direction, `Act` is not", |d| d.lacks("Act well")),
            ("only the *first* word of a line makes it a direction", |d| {
                d.lacks("They may")
            }),
        ],
    );
}

#[test]
fn each_line_goes_out_with_its_speaker() {
    let spoken = "ORSINO\nWhat, Curio?\nCURIO\nThe hart.\nORSINO\nWhy, so I do, the \
                  noblest that I have:\nO, when mine eyes did see Olivia first,";
    for a_turn in [100, 1] {
        expect!(
            "with_speaker",
            through(&[divider], spoken, a_turn),
            [
                (
                    "the speaker is forgotten from one turn to the next: a variable \
                     that is declared outside the loop lives as long as the component",
                    |d| d.yours.iter().any(|line| line.starts_with(": "))
                ),
                ("a speaker's name is not a line of the play", |d| {
                    d.yours.iter().any(|line| !line.contains(": "))
                }),
                ("a line is given to the wrong speaker", |d| {
                    d.yours.len() == d.expected.len()
                }),
                ("some lines do not come out", |d| {
                    d.yours.len() < d.expected.len()
                }),
            ]
        );
    }
}

#[test]
fn the_two_stages_in_a_row_know_who_says_what() {
    for a_turn in [1, 7] {
        expect!(
            "who_says_what",
            through(&[filter, divider], scene(), a_turn),
            [
                (
                    "the speaker is forgotten from one turn to the next: a variable \
                     that is declared outside the loop lives as long as the component",
                    |d| d.yours.iter().any(|line| line.starts_with(": "))
                ),
                (
                    "`How now! what news from her?` is still the Duke's: a stage \
                     direction in the middle of a speech does not end it",
                    |d| d.lacks("ORSINO: How now!")
                ),
                ("some lines do not come out", |d| {
                    d.yours.len() < d.expected.len()
                }),
            ]
        );
    }
}
