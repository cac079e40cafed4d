//! Checkpoint 2: the two lines in front.

use std::rc::Rc;

use checks::{Difference, expect, same};

use super::words::told;
use super::yours::{Co, Component, System, Yield, hello, snapshot};

/// Sits at its desk, and ends at once: nobody runs in this checkpoint.
async fn idler(_me: Rc<Component>, _co: Co<Yield>) {}

/// Says that a part of some line in yours is not what was expected.
fn differs_in(difference: &Difference, part: &str) -> bool {
    let at = difference.alike();
    let after = |lines: &[&str]| {
        let line = lines.get(at).copied().unwrap_or_default();
        let (_, rest) = line.split_once(part).unwrap_or_default();
        rest.split("  ").next().unwrap_or_default().to_string()
    };
    after(&difference.expected) != after(&difference.yours)
}

#[test]
fn the_first_line_says_who_speaks_and_in_which_version() {
    let line = hello("Twelfth Night, or \"What You Will\"");
    assert!(
        !line.contains('\n'),
        "a line is one line, and `hello` wrote {}\n\nlikely cause: it ends with a new \
         line; `run` adds that",
        line.lines().count()
    );
    same(
        "hello     v 1  kit \"mini-axon\"  system \"Twelfth Night, or \\\"What You \
         Will\\\"\"  clock \"passes\"",
        &told(&line),
        &[
            (
                "the name goes through `quoted`: it may hold quotation marks itself",
                { |d| d.yours.iter().any(|line| line.starts_with("not JSON")) },
            ),
            ("the name of a member, or its value, is not as in the example", |_| {
                true
            }),
        ],
    );
}

#[test]
fn the_snapshot_names_everybody_with_boxes_and_linkages() {
    let poet = Component::new("poet", &[], &["outbox", "notes"]);
    let clerk = Component::new("clerk", &["inbox", "notes"], &["outbox"]);
    let hermit = Component::new("hermit", &[], &[]);
    let mut system = System::default();
    for desk in [&poet, &clerk, &hermit] {
        system.add(desk, idler);
    }
    system.link((&poet, "outbox"), (&clerk, "inbox"));
    system.link((&poet, "notes"), (&clerk, "notes"));

    expect!(
        "who_is_there",
        told(&snapshot(&system)),
        [
            ("the line is not JSON: count the brackets and the commas", |d| {
                d.yours.iter().any(|line| line.starts_with("not JSON"))
            }),
            (
                "components and linkages are numbered from 1, each in its own order",
                |d| { differs_in(d, " id ") }
            ),
            (
                "`==` on two `Rc`s compares what is *in* them, and before the run every \
                 box is empty and equal to every other; `Rc::ptr_eq` asks whether two \
                 are one and the same",
                { |d| differs_in(d, " from ") || differs_in(d, " to ") }
            ),
        ]
    );
}

#[test]
fn boxes_are_told_apart_by_what_they_are_not_by_their_names() {
    let (one, two) = (
        Component::new("guest", &["inbox"], &["outbox"]),
        Component::new("guest", &["inbox"], &["outbox"]),
    );
    let room = Component::new("room", &["inbox"], &["outbox"]);
    let mut system = System::default();
    for desk in [&one, &two, &room] {
        system.add(desk, idler);
    }
    // The second guest first: a search by name would find the first.
    system.link((&two, "outbox"), (&room, "inbox"));
    system.link((&one, "outbox"), (&room, "inbox"));
    system.link((&room, "outbox"), (&two, "inbox"));

    expect!(
        "two_guests",
        told(&snapshot(&system)),
        [(
            "two guests who are called the same are two, each with boxes of its own; \
             `Rc::ptr_eq` tells a box from another that looks like it",
            { |d| differs_in(d, " from ") || differs_in(d, " to ") }
        )]
    );
}
