//! # Tests of handles and systems in the background
//!
//! What ordinary code puts in and gets out, and what becomes of either when the other is
//! gone. The name of a test is the sentence that it holds.
//!
//! Ancestor: what `Axon/Handle.py` does, found by trying it out.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use axon::chassis::Pipeline;
use axon::library::{DataSource, NullSink, PassThrough, PureTransformer};
use axon::{
    Blueprint, Component, DEFAULT_CAPACITY, Error, Full, Handle, Io, System,
    background, background_system, component,
};

fn shout() -> PureTransformer<str, String, fn(&str) -> String> {
    PureTransformer::new(str::to_uppercase)
}

#[test]
fn what_is_put_in_comes_out_as_the_component_made_it() {
    let (handle, there) = Handle::to(shout);
    let system = background(there);
    for word in ["one", "two", "three"] {
        assert_eq!(handle.put(word.to_string()), None);
        assert_eq!(handle.get(), Some(word.to_uppercase()));
    }
    assert!(!system.has_ended());
    handle.finish();
    assert_eq!(handle.get(), None);
    assert_eq!(system.join(), Ok(()));
}

#[test]
fn a_message_that_is_put_after_the_end_comes_back() {
    let (handle, there) = Handle::<u32, u32>::to(PassThrough::<u32>::default);
    let system = background(there);
    handle.put(1);
    handle.finish();
    assert_eq!(handle.put(2), Some(2));
    assert_eq!(handle.try_put(2), Err(Full(2)));
    assert_eq!(handle.iter().collect::<Vec<_>>(), [1]);
    assert_eq!(system.join(), Ok(()));
    assert_eq!(handle.put(3), Some(3));
    assert!(handle.has_run_dry());
}

#[test]
fn nothing_that_was_put_is_lost_because_the_handle_is_dropped() {
    let (tell, told) = channel();
    let (handle, there) = Handle::<u32, ()>::to(move || teller(tell));
    let system = background(there);
    for number in 0..1_000 {
        handle.put(number);
    }
    drop(handle);
    assert_eq!(system.join(), Ok(()));
    assert!(told.into_iter().eq(0..1_000));
}

/// Tells what it receives.
fn teller(tell: Sender<u32>) -> impl Component {
    component(move |io: Io<u32, ()>| async move {
        while let Some(number) = io.recv().await {
            tell.send(number).unwrap();
        }
    })
}

#[test]
fn what_is_on_its_way_in_is_bounded_and_a_full_way_gives_the_message_back() {
    let (handle, there) = Handle::<u32, ()>::to(|| {
        component(async move |io: Io<u32, ()>| {
            while io.co.control().is_none() {
                io.co.pause().await;
            }
        })
    });
    let system = background(there);
    // The component's inbox, and the queue.
    let most = 2 * DEFAULT_CAPACITY as u32;
    let mut put = 0;
    while put < most {
        put += u32::from(handle.try_put(put).is_ok());
    }
    assert_eq!(handle.try_put(put), Err(Full(put)));
    handle.shutdown();
    assert_eq!(handle.put(put), Some(put));
    assert_eq!(handle.get(), None);
    assert_eq!(system.join(), Ok(()));
}

#[test]
fn what_is_on_its_way_out_waits_until_it_is_got() {
    let numbers = || DataSource::new(0..10_000_u32);
    let (handle, there) = Handle::<(), u32>::to(numbers);
    let system = background(there);
    assert!(handle.iter().eq(0..10_000));
    assert_eq!(system.join(), Ok(()));
}

#[test]
fn nobody_waits_for_a_handle_that_was_dropped() {
    let (tell, told) = channel();
    let (handle, there) = Handle::<(), u32>::to(move || {
        component(move |io: Io<(), u32>| async move {
            for number in 0..10_000 {
                io.send(number).await;
            }
            tell.send(io.outbox.discarded() > 0).unwrap();
        })
    });
    let system = background(there);
    assert_eq!(handle.get(), Some(0));
    drop(handle);
    assert_eq!(system.join(), Ok(()));
    assert!(told.recv().unwrap(), "and what nobody gets is counted");
}

#[test]
fn a_shutdown_ends_who_would_never_end() {
    let endless = || DataSource::new(0_u64..);
    let (handle, there) = Handle::<(), u64>::to(endless);
    let system = background(there);
    assert_eq!((handle.get(), handle.get()), (Some(0), Some(1)));
    handle.shutdown();
    assert_eq!(system.join(), Ok(()));
    assert_eq!(handle.get(), None);
}

#[test]
fn a_timeout_gives_none_and_says_nothing_about_the_future() {
    let (handle, there) = Handle::to(shout);
    assert_eq!(handle.get_timeout(Duration::ZERO), None);
    assert_eq!(handle.try_get(), None);
    assert!(!handle.has_run_dry());
    handle.put("early".to_string());
    let system = background(there);
    assert_eq!(handle.get_timeout(Duration::MAX), Some("EARLY".to_string()));
    drop(handle);
    assert_eq!(system.join(), Ok(()));
}

#[test]
fn several_systems_run_at_once_and_several_handles_lead_into_one() {
    let (first, one) = Handle::<u32, u32>::to(PassThrough::<u32>::default);
    let (second, two) = Handle::<u32, u32>::to(PassThrough::<u32>::default);
    let (other, three) = Handle::<u32, u32>::to(PassThrough::<u32>::default);
    let both = background_system(|| {
        let mut system = System::new();
        system.add("one", one.build())?;
        system.add("two", two.build())?;
        Ok(system)
    });
    let alone = background(three);
    for (number, handle) in [&first, &second, &other].into_iter().enumerate() {
        handle.put(number as u32);
    }
    assert_eq!(
        (other.get(), second.get(), first.get()),
        (Some(2), Some(1), Some(0))
    );
    drop((first, second));
    assert_eq!(both.join(), Ok(()));
    drop(other);
    assert_eq!(alone.join(), Ok(()));
}

#[test]
fn a_handle_made_a_component_lets_two_systems_talk() {
    let (doubled, there) =
        Handle::<u32, u32>::to(|| PureTransformer::new(|n: &u32| 2 * n));
    let (result, end) = Handle::<(), u32>::to(|| {
        Pipeline::new()
            .then("numbers", DataSource::new(0..1_000_u32))
            .then("doubled", doubled.into_component())
    });
    let systems = [background(there), background(end)];
    assert!(result.iter().eq((0..1_000).map(|n| 2 * n)));
    for system in systems {
        assert_eq!(system.join(), Ok(()));
    }
}

#[test]
fn a_handle_moves_to_another_thread() {
    let (handle, there) = Handle::to(shout);
    let system = background(there);
    let elsewhere = std::thread::spawn(move || {
        handle.put("far".to_string());
        handle.get()
    });
    assert_eq!(elsewhere.join().unwrap(), Some("FAR".to_string()));
    assert_eq!(system.join(), Ok(()));
}

#[test]
fn what_does_not_fit_is_said_by_the_system_and_the_handle_is_over() {
    check(
        NullSink::<u64>::default,
        "cannot link `gate.outbox` to `inside.inbox`: `gate.outbox` sends u32, \
         `inside.inbox` takes u64",
    );
    check(
        || DataSource::new(0..3_u32),
        "`inside` has no box `inbox`; it has outbox outbox",
    );
    check(
        || Pipeline::new().then("a", shout()).then("a", shout()),
        "there is a component called `a` already",
    );
}

#[track_caller]
fn check(component: impl Blueprint, said: &str) {
    let (handle, there) = Handle::<u32, ()>::to(component);
    let system = background(there);
    let trouble: Error = system.join().unwrap_err();
    assert_eq!(trouble.to_string(), said);
    assert_eq!((handle.get(), handle.put(1)), (None, Some(1)));
}

#[test]
fn a_blueprint_that_nobody_uses_leaves_a_handle_that_is_over() {
    let (handle, there) = Handle::<String, String>::to(shout);
    drop(there);
    assert_eq!(handle.get(), None);
    assert_eq!(handle.put("word".to_string()), Some("word".to_string()));
}

#[test]
fn who_works_in_an_outpost_is_heard_to_the_end_its_last_message_and_its_signal_go_across_before_the_outpost_ends()
 {
    // Far more than fits on the way, and the last comes just before the end.
    let (handle, there) = Handle::<u32, u32>::to(|| {
        component(|io: Io<u32, u32>| async move {
            io.recv().await;
            for number in 0..500 {
                io.send(number).await;
            }
        })
    });
    let system = background(there);
    handle.put(1);
    assert!(handle.iter().eq(0..500));
    assert!(handle.has_run_dry());
    assert_eq!(system.join(), Ok(()));
}

#[test]
fn a_system_in_the_background_can_be_stopped() {
    let endless = || {
        Pipeline::new()
            .then("numbers", DataSource::new(0_u64..))
            .then("sink", NullSink::<u64>::default())
    };
    assert_eq!(background(endless).stop(), Ok(()));
    // One that has ended before it is stopped.
    let system = background(Pipeline::new);
    while !system.has_ended() {
        std::thread::yield_now();
    }
    assert_eq!(system.stop(), Ok(()));
}

#[test]
fn a_handle_to_a_stopped_system_is_over() {
    let (handle, there) = Handle::<u32, u32>::to(PassThrough::<u32>::default);
    let system = background(there);
    handle.put(1);
    assert_eq!(handle.get(), Some(1));
    assert_eq!(system.stop(), Ok(()));
    assert_eq!((handle.get(), handle.put(2)), (None, Some(2)));
}

#[test]
fn a_panic_in_the_background_is_returned_and_the_handle_is_over() {
    let (handle, there) = Handle::<u32, u32>::to(|| {
        component(|io: Io<u32, u32>| async move {
            let number = io.recv().await.unwrap();
            assert!(number < 3, "{number} is too heavy");
        })
    });
    let system = background(there);
    handle.put(3);
    assert_eq!(handle.get(), None);
    let said = system.join().unwrap_err().to_string();
    assert_eq!(said, "`background/inside` panicked: 3 is too heavy");
    assert_eq!(handle.put(4), Some(4));
}
