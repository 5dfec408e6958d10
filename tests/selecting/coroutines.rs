//! Inside functions that the attribute rewrites.

use std::future::ready;
use std::pin::{Pin, pin};
use std::time::Duration;

use coweave::{Streaming, join, race, select, sleep, spawn, try_join, yield_now};

use crate::support::{Counted, Trace, later, seconds};

#[coweave::coroutine]
fn task(trace: &Trace, limit: u64) -> &'static str {
    let mut rounds = 0;
    select! {
        () = later(trace, "work", 2, ()) => {
            sleep(seconds(1)).await;
            rounds += 1;
            yield_now().await;
            trace.add(rounds);
            "worked"
        }
        () = coweave::sleep(seconds(limit)) => "too late",
    }
}

#[coweave::test]
async fn a_handler_of_a_task_suspends() {
    let trace = Trace::new();
    trace.add(task(&trace, 5).await);
    trace.add(task(&trace, 1).await);
    assert_eq!(trace, ["work ready", "work dropped", "1", "worked", "work dropped", "too late"]);
}

#[coweave::coroutine(stream = String)]
fn merged<S: futures::Stream<Item = u32>>(a: S, b: S) {
    use futures::StreamExt;
    let (mut a, mut b) = (pin!(a.fuse()), pin!(b.fuse()));
    loop {
        coweave::select! {
            biased;
            Some(n) = a.next() => {
                yield format!("a {n}");
                sleep(seconds(1)).await;
            }
            Some(n) = b.next() => yield format!("b {n}"),
            else => break,
        }
    }
    yield_all!(futures::stream::iter(["the".to_owned(), "end".to_owned()]));
}

#[coweave::coroutine(stream = u32)]
fn ticks(from: u32, every: Duration) {
    for n in from..from + 2 {
        sleep(every).await;
        yield n;
    }
}

#[coweave::test]
async fn a_handler_of_a_stream_yields() {
    use futures::StreamExt;
    let a: Pin<Box<dyn futures::Stream<Item = u32> + Send>> = Box::pin(ticks(1, seconds(2)));
    let b: Pin<Box<dyn futures::Stream<Item = u32> + Send>> = Box::pin(ticks(10, seconds(3)));
    let items: Vec<String> = merged(a, b).collect().await;
    assert_eq!(items, ["a 1", "b 10", "a 2", "b 11", "the", "end"]);
}

#[coweave::coroutine(stream = u32)]
fn delegates(inner: Streaming<impl coweave::StreamFrame<Item = u32>>) {
    select! {
        () = yield_now() => { yield_all!(inner) }
    }
}

#[coweave::test]
async fn a_handler_delegates() {
    use futures::StreamExt;
    let items: Vec<u32> = delegates(ticks(4, seconds(1))).collect().await;
    assert_eq!(items, [4, 5]);
}

struct Counter {
    count: u32,
    name: String,
}

impl Counter {
    #[coweave::coroutine]
    fn step(&mut self, other: u32) -> u32 {
        let Self { count, name } = self;
        let by_name = async {
            yield_now().await;
            name.push('!');
            1
        };
        let by_count = async {
            *count += 10;
            sleep(seconds(1)).await;
            2
        };
        let which = race!(by_name, by_count);
        select! {
            n = ready(which + other) => self.count += n,
        }
        self.count
    }
}

#[coweave::test]
async fn a_method_selects_over_its_parts() {
    let mut counter = Counter { count: 0, name: "n".to_owned() };
    let results = [counter.step(0).await, counter.step(5).await];
    assert_eq!((results, counter.name.as_str()), ([11, 27], "n!!"));
}

#[coweave::coroutine]
fn joins(trace: &Trace) -> Result<(u32, u32), String> {
    let (a, b) = join!(later(trace, "a", 2, 1), later(trace, "b", 1, 2));
    let () = coweave::join!();
    let (c,) = coweave::join!(ready(3),);
    let (d, ()) = try_join!(ready(Ok::<u32, String>(a + b + c)), async {
        yield_now().await;
        Ok(())
    })?;
    try_join!(ready(Ok(d)), ready(Err("told".to_owned())))
}

#[coweave::test]
async fn a_coroutine_joins() {
    let trace = Trace::new();
    trace.add(joins(&trace).await.unwrap_err());
    assert_eq!(trace, ["b ready", "b dropped", "a ready", "a dropped", "told"]);
}

#[coweave::coroutine]
fn in_arguments(trace: Trace) -> Vec<u32> {
    trace.add(format!("{}", race!(ready(1), ready(1))));
    assert_eq!(select! { n = ready(2) => n }, 2);
    vec![join!(ready(1), ready(2)).1, {
        select! { n = ready(3) => ready(n).await }
    }]
}

#[coweave::coroutine]
fn in_async_blocks(trace: Trace) -> u32 {
    let inner = async {
        select! {
            () = sleep(seconds(1)) => { sleep(seconds(1)).await; 1 }
            n = async { select! { () = sleep(seconds(3)) => 3 } } => n,
        }
    };
    let closure = async |n: u32| race!(ready(n), ready(n));
    let _counted = Counted::new(&trace, "counted");
    inner.await + closure(5).await
}

#[coweave::test]
async fn they_stand_in_arguments_of_macros_and_in_async_blocks() {
    let trace = Trace::new();
    trace.add(format!("{:?}", in_arguments(trace.clone()).await));
    trace.add(spawn(in_async_blocks(trace.clone())).await.unwrap());
    assert_eq!(trace, ["1", "[2, 3]", "counted dropped", "6"]);
}

#[coweave::coroutine]
fn other_macros() -> u32 {
    let (a, b) = async { futures::join!(ready(1), ready(2)) }.await;
    let c = async {
        tokio::select! { n = ready(3) => n }
    }
    .await;
    a + b + c
}

#[coweave::test]
async fn macros_of_other_crates_stay_theirs() {
    assert_eq!(other_macros().await, 6);
}
