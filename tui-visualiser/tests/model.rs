//! # What a model knows
//!
//! Runs the chat of chapter 00, and asks the model after each event.

#[path = "../../mini-axon/steps/00_components.rs"]
#[expect(dead_code, unreachable_pub, reason = "it is a whole program")]
mod chat;

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use axon::trace::Line;
use mini_axon::trace;
use tui_visualiser::{Model, Recording, Way};

/// What a run writes, shared with who reads it afterwards.
#[derive(Clone, Default)]
struct Tape(Rc<RefCell<Vec<u8>>>);

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn chat() -> Vec<Line> {
    let tape = Tape::default();
    trace::run("chat", chat::system(), tape.clone());
    Recording::read(&tape.0.borrow()[..]).unwrap().lines
}

fn read(lines: &[&str]) -> Model {
    let lines: Vec<Line> = lines.iter().map(|line| line.parse().unwrap()).collect();
    Model::at(&lines, u64::MAX)
}

#[test]
fn a_model_is_what_its_lines_say_and_nothing_else() {
    let lines = chat();
    let mut followed = Model::default();
    for line in &lines {
        followed.apply(line);
        // The `hello` has no number of its own, and is not an event.
        if line.seq > 0 {
            assert_eq!(followed, Model::at(&lines, line.seq));
        }
    }
    assert!(followed.ended);
    assert_eq!(followed.notices, [""; 0]);
}

#[test]
fn every_message_is_in_a_box_or_has_been_read() {
    let lines = chat();
    for line in &lines {
        let model = Model::at(&lines, line.seq);
        for link in &model.links {
            let owner = &model.components[link.from.component];
            let outbox = &owner.outboxes[link.from.postbox];
            assert_eq!(
                outbox.passed,
                link.carried + outbox.depth as u64,
                "{line:?}"
            );
        }
        for (n, component) in model.components.iter().enumerate() {
            for (m, inbox) in component.inboxes.iter().enumerate() {
                let into = |link: &&tui_visualiser::Link| {
                    (link.to.component, link.to.postbox) == (n, m)
                };
                let came: u64 =
                    model.links.iter().filter(into).map(|link| link.carried).sum();
                assert_eq!(came, inbox.passed + inbox.depth as u64, "{line:?}");
            }
        }
    }
}

#[test]
fn the_chat_ends_with_everything_read() {
    let lines = chat();
    let model = Model::at(&lines, u64::MAX);
    let room = &model.components[0];
    assert_eq!(
        (&*model.system, &*room.name, room.inboxes[0].passed),
        ("chat", "room", 5)
    );
    for component in &model.components {
        assert!(component.inboxes.iter().all(|inbox| inbox.depth == 0));
        assert_eq!(component.state, "idle", "{}", component.name);
    }
}

#[test]
fn a_linkage_to_nowhere_is_left_out_and_said_once() {
    let model = read(&[
        r#"{"ev":"snapshot","components":[
            {"id":1,"name":"reader","outboxes":["outbox"]},
            {"id":2,"name":"shout","inboxes":["inbox"]}
        ],"links":[
            {"id":1,"from":[1,"outbox"],"to":[9,"inbox"]},
            {"id":2,"from":[1,"output"],"to":[2,"inbox"]},
            {"id":3,"from":[1,"outbox"],"to":[2,"inbox"]}
        ]}"#,
        r#"{"ev":"deliver","link":7,"depth":1}"#,
        r#"{"ev":"deliver","link":7,"depth":2}"#,
    ]);
    assert_eq!(model.links.iter().map(|link| link.id).collect::<Vec<_>>(), [3]);
    let expected = [
        "linkage 1 is left out: there is no component 9",
        "linkage 2 is left out: `reader` has no outbox `output`, only [\"outbox\"]",
        "there is no linkage 7",
    ];
    assert_eq!(model.notices, expected);
}

#[test]
fn events_before_a_snapshot_are_one_notice() {
    let model = read(&[
        r#"{"ev":"hello","v":1}"#,
        r#"{"ev":"state","seq":1,"comp":1,"state":"idle"}"#,
        r#"{"ev":"deliver","seq":2,"link":1,"depth":1}"#,
    ]);
    assert_eq!(model.notices, ["no snapshot has said who is there"]);
}

#[test]
fn a_linkage_to_somebody_who_was_never_added_is_left_out_and_said() {
    let model = read(&[
        r#"{"ev":"snapshot","seq":0,"components":[{"id":1,"name":"a","outboxes":["out"]}],"links":[{"id":1,"from":[1,"out"],"to":null}]}"#,
    ]);
    assert!(model.links.is_empty());
    let said =
        "linkage 1 is left out: one end is nobody's: its component was never added";
    assert_eq!(model.notices, [said]);
}

#[test]
fn a_linkage_from_a_part_may_lead_to_its_composites_own_inbox() {
    let model = read(&[
        r#"{"ev":"snapshot","seq":0,"components":[{"id":1,"name":"server","inboxes":["arrivals"]},{"id":2,"name":"listener","parent":1,"outboxes":["outbox"]}],"links":[]}"#,
        r#"{"ev":"link","seq":1,"t":1,"id":1,"from":[2,"outbox"],"to":[1,"arrivals"]}"#,
        r#"{"ev":"send","seq":2,"t":1,"comp":2,"box":"outbox","to":[1,"arrivals"],"depth":1}"#,
    ]);
    assert_eq!(model.notices, [""; 0]);
    assert_eq!((model.links[0].way, model.links[0].carried), (Way::Home, 1));
    assert_eq!(model.components[0].inboxes[0].depth, 1);
}

#[test]
fn a_linkage_may_lead_from_a_composites_own_outbox_to_a_part() {
    let model = read(&[
        r#"{"ev":"snapshot","seq":0,"components":[{"id":1,"name":"server","outboxes":["body"]},{"id":2,"name":"request","parent":1,"inboxes":["inbox"]}],"links":[]}"#,
        r#"{"ev":"link","seq":1,"t":1,"id":1,"from":[1,"body"],"to":[2,"inbox"]}"#,
        r#"{"ev":"send","seq":2,"t":1,"comp":1,"box":"body","to":[2,"inbox"],"depth":1}"#,
    ]);
    assert_eq!(model.notices, [""; 0]);
    assert_eq!((model.links[0].way, model.links[0].carried), (Way::Errand, 1));
    assert_eq!(model.components[1].inboxes[0].depth, 1);
}

/// A composite with one part, and a reader beside it, as a running axon system says it.
const SERVER: &str = r#"{"ev":"snapshot","components":[
    {"id":1,"name":"reader","outboxes":["outbox"],"state":"ready"},
    {"id":2,"name":"server","inboxes":["inbox"],"state":"idle"},
    {"id":3,"name":"worker","parent":2,"inboxes":[{"name":"inbox","depth":2}],
        "state":"idle","on":[[3,"inbox"]]}
],"links":[
    {"id":1,"from":[1,"outbox"],"to":[2,"inbox"]},
    {"id":2,"from":[2,"inbox"],"to":[3,"inbox"]}
]}"#;

fn names(model: &Model) -> Vec<&str> {
    model.components.iter().map(|it| &*it.name).collect()
}

#[test]
fn a_message_is_counted_on_every_linkage_that_it_takes_at_once() {
    let model = read(&[
        SERVER,
        r#"{"ev":"send","seq":1,"comp":1,"box":"outbox","to":[3,"inbox"],"depth":3}"#,
        r#"{"ev":"recv","seq":2,"comp":3,"box":"inbox","depth":2}"#,
    ]);
    assert_eq!(model.notices, [""; 0]);
    assert_eq!(model.links.iter().map(|it| it.carried).collect::<Vec<_>>(), [1, 1]);
    let worker = &model.components[2];
    assert_eq!((worker.inboxes[0].depth, worker.inboxes[0].passed), (2, 1));
    assert_eq!(model.components[0].outboxes[0].passed, 1);
    assert_eq!(model.components[0].outboxes[0].depth, 0);
}

#[test]
fn who_is_gone_stays_in_the_picture_until_somebody_new_comes_to_the_same_place() {
    let gone = [
        SERVER,
        r#"{"ev":"state","seq":1,"comp":3,"state":"ended"}"#,
        r#"{"ev":"gone","seq":2,"comp":3}"#,
    ];
    let model = read(&gone);
    assert_eq!(names(&model), ["reader", "server", "worker"]);
    assert!(model.components[2].is_gone);
    assert_eq!(model.links.len(), 2);

    // Somebody in another place is no reason.
    let other = r#"{"ev":"add","seq":3,"id":4,"name":"writer","inboxes":["inbox"]}"#;
    let model = read(&[&gone[..], &[other]].concat());
    assert_eq!(names(&model), ["reader", "server", "worker", "writer"]);

    let new = [
        r#"{"ev":"add","seq":3,"id":4,"name":"next","parent":2,"inboxes":["inbox"]}"#,
        r#"{"ev":"link","seq":4,"id":3,"from":[2,"inbox"],"to":[4,"inbox"]}"#,
    ];
    let model = read(&[&gone[..], &new].concat());
    assert_eq!(names(&model), ["reader", "server", "next"]);
    assert_eq!(model.components[2].parent, Some(1));
    assert_eq!(model.links.iter().map(|it| it.id).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(model.notices, [""; 0]);
}

#[test]
fn linkages_lead_to_their_boxes_when_a_component_has_others() {
    let model = read(&[
        SERVER,
        r#"{"ev":"add","seq":1,"id":3,"name":"worker","parent":2,
            "inboxes":["hint",{"name":"inbox","depth":2}],"state":"idle"}"#,
        r#"{"ev":"unlink","seq":2,"link":1}"#,
        r#"{"ev":"unlink","seq":3,"link":7}"#,
    ]);
    assert_eq!(names(&model), ["reader", "server", "worker"]);
    let [link] = &model.links[..] else { panic!("{:?}", model.links) };
    assert_eq!((link.id, link.to.postbox), (2, 1));
    assert_eq!(model.components[2].inboxes[1].depth, 2);
    assert_eq!(model.notices, ["there is no linkage 7"]);
}

#[test]
fn what_is_moved_or_thrown_away_no_longer_waits() {
    let model = read(&[
        SERVER,
        r#"{"ev":"arrive","seq":1,"comp":2,"box":"inbox","depth":5}"#,
        r#"{"ev":"moved","seq":2,"from":[2,"inbox"],"to":[3,"inbox"],"depth":7}"#,
    ]);
    let depths =
        |model: &Model| [1, 2].map(|it| model.components[it].inboxes[0].depth);
    assert_eq!(depths(&model), [0, 7]);
    let model = read(&[
        SERVER,
        r#"{"ev":"discard","seq":1,"comp":3,"box":"inbox","n":2}"#,
        r#"{"ev":"discard","seq":2,"comp":1,"box":"outbox"}"#,
    ]);
    assert_eq!(depths(&model), [0, 0]);
    assert_eq!(model.components[0].outboxes[0].passed, 1);
}
