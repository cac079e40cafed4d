//! # Tests of linkages and the postoffice
//!
//! Who may be linked to whom, what a refusal says, and when linkages go: the ancestor's
//! conformance rows "Postoffice" and "Linkage", and the traps around them. The name of a
//! test is the sentence that it holds.
//!
//! Ancestor: `test_Postoffice.py` and `test_Linkage.py`.

mod witness;

use axon::library::{ConsoleEchoer, NullSink, OneShot, PassThrough};
use axon::{Error, Inbox, Io, Kind, Outbox, Postoffice, System, component};
use witness::{Bare, Log, listener, sleeper};

#[test]
fn a_postoffice_is_empty_at_start() {
    assert_eq!(Postoffice::default().linkages().count(), 0);
}

#[test]
fn a_linkage_makes_data_flow_is_registered_and_stops_the_flow_when_it_is_taken_away()
{
    let (a, b) = (Bare::default(), Bare::default());
    let mut postoffice = Postoffice::default();

    let delivery = postoffice.link(&a.outbox, &b.inbox).unwrap();
    a.outbox.try_send(1).unwrap();
    assert_eq!((delivery.kind(), b.take()), (Kind::Delivery, vec![1]));
    assert!(postoffice.linkages().eq([&delivery]));
    postoffice.unlink(&delivery);
    assert_eq!(postoffice.linkages().count(), 0);
    a.outbox.try_send(2).unwrap();
    assert_eq!((b.take(), a.outbox.discarded()), (vec![], 1));

    let c = Bare::default();
    postoffice.link(&a.outbox, &b.inbox).unwrap();
    let pass_in = postoffice.link(&b.inbox, &c.inbox).unwrap();
    a.outbox.try_send(3).unwrap();
    assert_eq!((pass_in.kind(), c.take()), (Kind::PassIn, vec![3]));
    postoffice.unlink(&pass_in);
    a.outbox.try_send(4).unwrap();
    assert_eq!((b.take(), c.take()), (vec![4], vec![]));

    let pass_out = postoffice.link(&c.outbox, &a.outbox).unwrap();
    c.outbox.try_send(5).unwrap();
    assert_eq!((pass_out.kind(), b.take()), (Kind::PassOut, vec![5]));
    postoffice.unlink(&pass_out);
    c.outbox.try_send(6).unwrap();
    assert_eq!((b.take(), c.outbox.discarded()), (vec![], 1));
}

#[test]
fn taking_away_what_is_gone_is_no_error_and_takes_nothing_else_away() {
    let (a, b) = (Bare::default(), Bare::default());
    let mut postoffice = Postoffice::default();
    let old = postoffice.link(&a.outbox, &b.inbox).unwrap();
    postoffice.unlink(&old);
    let new = postoffice.link(&a.outbox, &b.inbox).unwrap();
    postoffice.unlink(&old);
    assert!(new.is_there() && !old.is_there());
}

#[test]
fn a_postoffice_removes_its_own_linkages_and_only_those() {
    let (a, b, c) = (Bare::default(), Bare::default(), Bare::default());
    let mut mine = Postoffice::default();
    let kept = mine.link(&a.outbox, &c.inbox).unwrap();
    let mut theirs = Postoffice::default();
    let gone = theirs.link(&b.outbox, &c.inbox).unwrap();
    theirs.unlink(&kept);
    assert!(kept.is_there() && gone.is_there());
    drop(theirs);
    assert!(kept.is_there() && !gone.is_there());
}

#[test]
fn deregistering_by_component_removes_all_of_that_components() {
    let mut system = trio();
    system.link("a.outbox -> b.inbox").unwrap();
    system.link("b.outbox -> c.inbox").unwrap();
    let kept = system.link("c.outbox -> a.inbox").unwrap();
    system.postoffice().unlink_component("b");
    assert!(system.postoffice().linkages().eq([&kept]));
}

#[test]
fn a_linkage_and_a_postoffice_can_be_printed() {
    let mut system = trio();
    let linkage = system.link("a.outbox->b.inbox").unwrap();
    assert_eq!((linkage.source(), linkage.sink()), ("a.outbox", "b.inbox"));
    assert_eq!(linkage.to_string(), "a.outbox -> b.inbox");
    let printed = system.postoffice().to_string();
    assert_eq!(printed, "postoffice\n  a.outbox -> b.inbox");
    assert_eq!(format!("{system:?}"), format!("System of a, b, c\n{printed}"));
}

fn trio() -> System {
    let mut system = System::new();
    for name in ["a", "b", "c"] {
        system.add(name, PassThrough::<String>::default()).unwrap();
    }
    system
}

// Refusals.

#[test]
fn a_second_linkage_from_the_same_box_is_refused() {
    let mut system = trio();
    system.link("a.outbox -> b.inbox").unwrap();
    check(
        &mut system,
        "a.outbox -> c.inbox",
        "`a.outbox` is already linked to `b.inbox`, and was to be linked to `c.inbox` \
         as well",
    );
}

#[test]
fn wrong_names_are_refused_with_the_nearest_right_one() {
    let mut system = System::new();
    system.add("reader", OneShot::new(String::new())).unwrap();
    system.add("printer", ConsoleEchoer::default()).unwrap();
    let mut check = |linkage, said| check(&mut system, linkage, said);
    check(
        "raeder.outbox -> printer.inbox",
        "no component is called `raeder` (did you mean `reader`?)",
    );
    check(
        "reader.otbox -> printer.inbox",
        "`reader` has no box `otbox` (did you mean `outbox`?); it has outbox outbox",
    );
    check("zebra.outbox -> printer.inbox", "no component is called `zebra`");
    check(
        "reader to printer",
        "`reader to printer` is not a linkage, which looks like \
         `reader.outbox -> printer.inbox`",
    );
}

#[test]
fn wrong_directions_are_refused() {
    check(
        &mut trio(),
        "a.inbox -> b.outbox",
        "cannot link inbox `a.inbox` to outbox `b.outbox`: messages leave a component \
         by its outboxes and arrive in its inboxes",
    );
}

#[test]
fn wrong_types_are_refused_with_both() {
    let mut system = trio();
    system.add("sum", NullSink::<Vec<u64>>::default()).unwrap();
    check(
        &mut system,
        "a.outbox -> sum.inbox",
        "cannot link `a.outbox` to `sum.inbox`: `a.outbox` sends String, `sum.inbox` \
         takes Vec<u64>",
    );
    check(
        &mut system,
        "a.signal -> sum.inbox",
        "cannot link `a.signal` to `sum.inbox`: `a.signal` sends Signal, `sum.inbox` \
         takes Vec<u64>",
    );
}

#[test]
fn a_chain_has_no_second_way_out_and_no_way_back_into_itself() {
    let mut system = trio();
    system.link("a.inbox -> b.inbox").unwrap();
    system.link("b.inbox -> c.inbox").unwrap();
    let said = "cannot link `c.inbox` to `a.inbox`: `a.inbox` leads back to `c.inbox`, \
                and messages would never arrive";
    check(&mut system, "c.inbox -> a.inbox", said);
    let (a, mut postoffice) = (Bare::default(), Postoffice::default());
    let refused = postoffice.link(&a.inbox, &a.inbox).unwrap_err();
    assert!(matches!(refused, Error::Cycle { .. }), "{refused}");
    // A circle of components is none of boxes.
    system.link("a.outbox -> a.inbox").unwrap();
}

#[test]
fn a_name_is_taken_once() {
    let mut system = trio();
    let refused = system.add("b", NullSink::<u8>::default()).unwrap_err();
    assert_eq!(refused.to_string(), "there is a component called `b` already");
    assert_eq!(system.components(), ["a", "b", "c"]);
}

#[track_caller]
fn check(system: &mut System, linkage: &str, said: &str) {
    let before = system.postoffice().linkages().count();
    let error = system.link(linkage).unwrap_err();
    assert_eq!(error.to_string(), said);
    assert_eq!(format!("{error:?}"), said, "`main` prints it so");
    assert_eq!(system.postoffice().linkages().count(), before);
}

// Ends.

#[test]
fn a_component_that_has_ended_has_no_linkages_left() {
    let log = Log::default();
    let mut system = System::new();
    system.add("a", OneShot::new(1_u32)).unwrap();
    system.add("b", sleeper(&log, "")).unwrap();
    let linkage = system.link("a.outbox -> b.inbox").unwrap();
    assert!(linkage.is_there());
    system.run_until_idle();
    assert_eq!(system.components(), ["b"]);
    assert!(!linkage.is_there());
    assert_eq!(system.postoffice().linkages().count(), 0);
}

#[test]
fn what_is_sent_to_one_that_has_ended_is_discarded_and_counted() {
    let (outbox, inbox) = (Outbox::default(), Inbox::with_capacity(1));
    let mut postoffice = Postoffice::default();
    postoffice.link(&outbox, &inbox).unwrap();
    outbox.try_send(1).unwrap();
    drop(inbox);
    assert_eq!(outbox.try_send(2), Ok(()));
    assert_eq!(outbox.discarded(), 1);
}

#[test]
fn an_inbox_has_run_dry_when_every_component_at_the_other_ends_has_ended() {
    let log = Log::default();
    let mut system = System::new();
    system.add("sink", listener::<u32>(&log)).unwrap();
    for (name, turns) in [("brief", 1), ("long", 3)] {
        let source = component(move |io: Io<(), u32>| async move {
            for n in 1..=turns {
                io.send(n).await;
                io.co.again().await;
            }
        });
        system.add(name, source).unwrap();
        system.link(&format!("{name}.outbox -> sink.inbox")).unwrap();
    }
    assert_eq!(system.run(), Ok(()));
    assert_eq!(log.read(), ["1", "1", "2", "3", "end"]);
}

#[test]
fn an_inbox_that_never_had_a_linkage_or_lost_it_on_purpose_is_not_dry() {
    let log = Log::default();
    let mut system = System::new();
    system.add("sink", listener::<u32>(&log)).unwrap();
    system.run_until_idle();
    system.add("source", sleeper(&log, "source")).unwrap();
    let linkage = system.link("source.outbox -> sink.inbox").unwrap();
    system.unlink(&linkage);
    system.run_until_idle();
    assert_eq!(log.read(), ["source"]);
    system.add("last", OneShot::new(9_u32)).unwrap();
    system.link("last.outbox -> sink.inbox").unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), ["9", "end"]);
}

#[test]
fn dryness_is_passed_on_along_a_chain() {
    let log = Log::default();
    let (outer, inner) = (Inbox::<u32>::default(), Inbox::<u32>::default());
    let outbox = Outbox::<u32>::default();
    let mut postoffice = Postoffice::default();
    postoffice.link(&outer, &inner).unwrap();
    postoffice.link(&outbox, &outer).unwrap();
    let mut system = System::new();
    let (inner_log, inside) = (log.clone(), inner);
    let reader = component(move |io: Io<(), ()>| async move {
        inner_log.write(format!("{:?}", inside.recv(&io.co).await));
    });
    system.add("reader", reader).unwrap();
    system.run_until_idle();
    assert_eq!(log.read(), [""; 0]);
    drop(outbox);
    system.run_until_idle();
    assert_eq!(log.read(), ["None"]);
}
