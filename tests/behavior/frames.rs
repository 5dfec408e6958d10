//! Frames and outputs of all sizes and alignments: they stay in place, whole, and are dropped once.

use coweave::{spawn, yield_now};

use crate::support::{Counted, Trace, on_thread, virtual_scheduler};

#[coweave::coroutine]
fn holds<const N: usize>(fill: u8) -> [u8; N] {
    let held = [fill; N];
    let before = (&raw const held).addr();
    yield_now().await;
    assert_eq!((&raw const held).addr(), before, "a frame never moves");
    held
}

async fn round_trip<const N: usize>(trace: &Trace) {
    let mut tasks = Vec::new();
    for fill in 1..=5 {
        tasks.push(spawn(holds::<N>(fill)));
    }
    let mut is_whole = true;
    for (fill, task) in (1..=5).zip(tasks) {
        is_whole &= task.await.unwrap() == [fill; N];
    }
    trace.add(format!("{N}: {is_whole}"));
}

#[coweave::test]
async fn frames_and_outputs_of_every_size_stay_whole() {
    let trace = Trace::new();
    round_trip::<0>(&trace).await;
    round_trip::<1>(&trace).await;
    round_trip::<7>(&trace).await;
    round_trip::<64>(&trace).await;
    round_trip::<456>(&trace).await;
    round_trip::<457>(&trace).await;
    round_trip::<1000>(&trace).await;
    round_trip::<4096>(&trace).await;
    round_trip::<16_327>(&trace).await;
    round_trip::<16_328>(&trace).await;
    round_trip::<16_329>(&trace).await;
    round_trip::<70_000>(&trace).await;
    let sizes = [0, 1, 7, 64, 456, 457, 1000, 4096, 16_327, 16_328, 16_329, 70_000];
    assert_eq!(trace, sizes.map(|size| format!("{size}: true")).to_vec());
}

#[repr(align(32))]
struct Aligned32(u8);

#[repr(align(64))]
struct Aligned64(u8);

#[coweave::coroutine]
fn holds_aligned(trace: Trace) -> (Aligned64, Aligned32) {
    let low = Aligned32(32);
    let high = Aligned64(64);
    yield_now().await;
    let places = [(&raw const low).addr() % 32, (&raw const high).addr() % 64];
    trace.add(format!("frame {places:?}"));
    (high, low)
}

#[coweave::coroutine]
fn returns_aligned() -> Aligned64 {
    yield_now().await;
    Aligned64(1)
}

#[coweave::test]
async fn frames_and_outputs_are_aligned() {
    let trace = Trace::new();
    let small = spawn(async { 0_u8 });
    let tasks = [spawn(holds_aligned(trace.clone())), spawn(holds_aligned(trace.clone()))];
    let only_output = spawn(returns_aligned());
    for task in tasks {
        let output = task.await.unwrap();
        let place = (&raw const output).addr() % 64;
        trace.add(format!("output {place} {} {}", output.0.0, output.1.0));
    }
    trace.add(format!("{} {}", only_output.await.unwrap().0, small.await.unwrap()));
    let frame = "frame [0, 0]";
    assert_eq!(trace, [frame, frame, "output 0 64 32", "output 0 64 32", "1 0"]);
}

#[coweave::test]
async fn tasks_of_zero_size_are_tasks() {
    let trace = Trace::new();
    let tasks: Vec<_> = (0..3).map(|_| spawn(std::future::ready(()))).collect();
    let mut ids: Vec<_> = tasks.iter().map(coweave::JoinHandle::id).collect();
    ids.dedup();
    trace.add(ids.len());
    for task in tasks {
        trace.add(format!("{:?}", task.await.unwrap()));
    }
    assert_eq!(trace, ["3", "()", "()", "()"]);
}

struct Huge {
    bytes: [u8; 40_000],
    counted: Counted,
}

#[coweave::coroutine]
fn holds_huge(trace: Trace, name: &'static str) -> Huge {
    let argument = Counted::new(&trace, format!("{name}'s frame"));
    let huge = Huge { bytes: [7; 40_000], counted: Counted::new(&trace, name) };
    yield_now().await;
    argument.touch();
    huge
}

#[test]
fn huge_frames_and_outputs_are_dropped_once() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let sum = scheduler.run(async {
        drop(spawn(holds_huge(trace.clone(), "detached")));
        let huge = spawn(holds_huge(trace.clone(), "awaited")).await.unwrap();
        huge.counted.touch();
        huge.bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>()
    });
    trace.add(sum);
    let elsewhere = scheduler.spawn(holds_huge(trace.clone(), "elsewhere"));
    scheduler.run_until_idle();
    on_thread("other", move || drop(elsewhere));
    let suspended = scheduler.spawn(holds_huge(trace.clone(), "suspended"));
    scheduler.run(std::future::ready(()));
    drop(scheduler);
    trace.add(suspended.is_finished());
    drop(suspended);
    assert_eq!(
        trace,
        [
            "detached's frame dropped",
            "detached dropped",
            "awaited's frame dropped",
            "awaited dropped",
            "280000",
            "elsewhere's frame dropped",
            "elsewhere dropped on other",
            "suspended dropped",
            "suspended's frame dropped",
            "true"
        ]
    );
}

#[coweave::test]
async fn a_small_frame_may_have_a_huge_output_and_the_other_way_round() {
    let trace = Trace::new();
    let output = spawn(async { [3_u8; 50_000] }).await.unwrap();
    trace.add(output.iter().map(|byte| u32::from(*byte)).sum::<u32>());
    let held = [4_u8; 50_000];
    let task = spawn(async move {
        yield_now().await;
        held[49_999]
    });
    trace.add(task.await.unwrap());
    assert_eq!(trace, ["150000", "4"]);
}

#[test]
fn slots_are_used_again_without_mixing_their_contents() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let is_right = scheduler.run(async {
        let mut is_right = true;
        for round in 0..200_u32 {
            let tasks: Vec<_> = (0..50_u32)
                .map(|n| {
                    spawn(async move {
                        let text = format!("{round}.{n}");
                        yield_now().await;
                        text
                    })
                })
                .collect();
            // Every other one is cancelled, so that slots are freed in another order.
            for (n, task) in (0_u32..50).zip(tasks).rev() {
                if n % 2 == 0 {
                    task.cancel();
                    drop(task);
                } else {
                    is_right &= task.await.unwrap() == format!("{round}.{n}");
                }
            }
        }
        is_right
    });
    trace.add(is_right);
    assert_eq!(trace, ["true"]);
}
