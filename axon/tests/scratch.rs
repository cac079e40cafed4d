use axon::chassis::*;
use axon::library::*;
use axon::protocol::*;
use axon::testing::Trial;
use axon::{Io, System, component};
use std::time::Duration;

#[test]
fn half_marshaller() {
    let mut s = System::new();
    s.add("n", DataSource::new([1_u32])).unwrap();
    s.add("m", Marshaller::<u32>::default()).unwrap();
    s.add("p", ConsoleEchoer::default()).unwrap();
    s.link("n.outbox -> m.marshall").unwrap();
    s.link("m.marshalled -> p.inbox").unwrap();
    println!("{:?}", s.run().map_err(|e| e.to_string()));
}
#[test]
fn twins() {
    let mut s = System::new();
    println!(
        "{:?}",
        s.add("b", Balancer::<u32>::new(["a", "a"])).map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        s.add("c", Balancer::<u32>::new(["inbox"])).map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        s.add("d", Synchroniser::<u32>::new(["control"])).map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        s.add("e", Splitter::<u32>::new(Policy::Wait).to("x").to("x"))
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        s.add("f\0g", NullSink::<u32>::default()).map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        s.add("", NullSink::<u32>::default()).map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        s.add("a.b", NullSink::<u32>::default()).map_err(|e| e.to_string())
    );
}
#[test]
fn nul_thread() {
    let mut s = System::new();
    s.add("f\0g", axon::threaded(|_: axon::ThreadIo<(), ()>| {})).unwrap();
    println!("{:?}", s.run().map_err(|e| e.to_string()));
}
#[test]
fn clock_max() {
    let mut s = System::new().virtual_time();
    s.add("c", Clock::every(Duration::MAX).times(2)).unwrap();
    s.add("k", NullSink::<Duration>::default()).unwrap();
    s.link("c.outbox -> k.inbox").unwrap();
    println!("{:?} {:?}", s.run().map_err(|e| e.to_string()), s.now());
}
#[test]
fn restart_dup() {
    // a supervisor whose factory changes boxes
    let mut n = 0;
    let f = move || {
        n += 1;
        let m = n;
        component(move |io: Io<u32, u32>| async move {
            while let Some(x) = io.recv().await {
                assert!(x != 3 || m > 1, "three");
                io.send(x).await;
            }
        })
    };
    Trial::of("r", Restarting::new(f))
        .feed("inbox", [1_u32, 2, 3, 4])
        .finish()
        .expect("outbox", [1_u32, 2, 4])
        .run();
}
#[test]
fn carousel_panic_factory() {
    let mut s = System::new();
    s.add("l", DataSource::new([1_u32])).unwrap();
    s.add("c", Carousel::new(|_: u32| -> NullSink<u32> { panic!("no slides") }))
        .unwrap();
    s.link("l.outbox -> c.next").unwrap();
    println!("{:?}", s.run().map_err(|e| e.to_string()));
}
#[test]
fn carousel_stubborn() {
    // a child that ignores being told
    let mut s = System::new();
    s.add("l", DataSource::new([1_u32, 2])).unwrap();
    s.add(
        "c",
        Carousel::new(|_: u32| {
            component(|io: Io<(), ()>| async move {
                loop {
                    io.co.pause().await
                }
            })
        }),
    )
    .unwrap();
    s.link("l.outbox -> c.next").unwrap();
    println!("{:?}", s.run().map_err(|e| e.to_string()));
}
#[test]
fn stm_retry_for_ever() {
    let store = axon::stm::Store::new();
    let v = store.var(0);
    let mut s = System::new();
    let (st, vv) = (store.clone(), v.clone());
    s.add(
        "w",
        component(move |io: Io<(), ()>| async move {
            st.atomically(&io.co, |tx| {
                let x = tx.read(&vv)?;
                tx.check(x > 0)
            })
            .await;
        }),
    )
    .unwrap();
    let stop = s.stopper();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        stop.stop()
    });
    println!("{:?}", s.run().map_err(|e| e.to_string()));
}
#[test]
fn composite_border_chain() {
    // pipeline with one element lacking outbox/inbox
    println!(
        "{:?}",
        Pipeline::new()
            .then("a", NullSink::<u32>::default())
            .then("b", NullSink::<u32>::default())
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Pipeline::new()
            .then("a", OneShot::new(1_u32))
            .then("b", OneShot::new(1_u32))
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Pipeline::new()
            .then("a", OneShot::new(1_u32))
            .then("a", NullSink::<u32>::default())
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Pipeline::new()
            .then("a", OneShot::new(1_u32))
            .then("b", NullSink::<u64>::default())
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Seq::new()
            .then("a", OneShot::new(1_u32))
            .then("b", OneShot::new(1_u64))
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Par::new()
            .with("a", OneShot::new(1_u32))
            .with("a", OneShot::new(1_u64))
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Graphline::new()
            .with("a", OneShot::new(1_u32))
            .link("a.outbx -> b.inbox")
            .map(drop)
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Graphline::new()
            .with("a", OneShot::new(1_u32))
            .link("a.outbox => b.inbox")
            .map(drop)
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Pipeline::new()
            .then("a", NullSink::<u32>::default())
            .circular()
            .run()
            .map_err(|e| e.to_string())
    );
    println!("{:?}", Pipeline::new().circular().run().map_err(|e| e.to_string()));
    println!(
        "{:?}",
        Pipeline::new()
            .then("a", PassThrough::<u32>::default())
            .circular()
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        join_chooser_to_carousel(OneShot::new(2), NullSink::<u32>::default())
            .map(drop)
            .map_err(|e| e.to_string())
    );
}
#[test]
fn files() {
    println!(
        "{:?}",
        Pipeline::new()
            .then("r", FileReader::lines("/nonexistent"))
            .then("p", ConsoleEchoer::default())
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Pipeline::new()
            .then("r", FileReader::lines("/tmp"))
            .then("p", ConsoleEchoer::default())
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Pipeline::new()
            .then("r", DataSource::new(["x".to_string()]))
            .then("p", FileWriter::<String>::create("/nonexistent/x"))
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Pipeline::new()
            .then(
                "r",
                DataSource::new(
                    (0..100000)
                        .map(|_| "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".to_string())
                )
            )
            .then("p", FileWriter::<String>::create("/dev/full"))
            .run()
            .map_err(|e| e.to_string())
    );
    println!(
        "{:?}",
        Pipeline::new()
            .then("r", ChildProcess::by_lines(std::process::Command::new("nope")))
            .run()
            .map_err(|e| e.to_string())
    );
}
