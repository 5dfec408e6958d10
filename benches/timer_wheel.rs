//! What timers cost in the wheel, and in a `BTreeMap` from (deadline, number of the setting).
//!
//! Unit: one timer set and popped, or set and cancelled, or popped and set again. Batch: as said at
//! each bench. No task and no scheduler: the structure alone.
//!
//! `cargo bench --bench timer_wheel -- --longest-turn 10000000` measures no mean but the longest turn
//! with so many timers, over a minute and all at one instant, in time on the processor: all that a
//! worker does with timers in one turn. The least of three times counts for each turn, for interrupts
//! are in it. It fails if the longest is a millisecond or more.

use std::collections::BTreeMap;
use std::time::Duration;

use coweave::__private::{Due, Look, TimerKey, TimerWheel};
use coweave::Instant;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

const MILLION: usize = 1_000_000;
const SECOND: u64 = 1_000_000_000;

fn main() {
    let mut arguments = std::env::args().skip_while(|it| it != "--longest-turn").skip(1);
    match arguments.next() {
        Some(count) => longest_turn(count.parse().expect("the number of timers")),
        None => divan::main(),
    }
}

/// Zero of a virtual clock, to which distances are added.
fn start() -> Instant {
    let builder = coweave::Scheduler::builder().virtual_time();
    builder.build().expect("one worker can be had").run(async { Instant::now() })
}

/// A linear congruential generator (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(self.0) * u128::from(limit)) >> 64) as u64
    }
}

/// What both can do.
trait Timers: Default {
    type Key: Copy;
    fn set(&mut self, deadline: Instant, number: u64) -> Self::Key;
    fn cancel(&mut self, key: Self::Key) -> bool;
    fn pop(&mut self, now: Instant) -> Option<u64>;
    fn next(&mut self) -> Option<Instant>;
}

impl Timers for TimerWheel<u64> {
    type Key = TimerKey;
    fn set(&mut self, deadline: Instant, number: u64) -> TimerKey {
        self.set(deadline, number)
    }
    fn cancel(&mut self, key: TimerKey) -> bool {
        self.cancel(key).is_some()
    }
    fn pop(&mut self, now: Instant) -> Option<u64> {
        match self.pop_due(now, &mut u32::MAX.clone()) {
            Due::Fired(number) => Some(number),
            Due::Nothing | Due::Unfinished => None,
        }
    }
    fn next(&mut self) -> Option<Instant> {
        self.next_look(Look::Exact, |_| true)
    }
}

#[derive(Default)]
struct Map {
    timers: BTreeMap<(Instant, u64), u64>,
    set_count: u64,
}

impl Timers for Map {
    type Key = (Instant, u64);
    fn set(&mut self, deadline: Instant, number: u64) -> (Instant, u64) {
        let key = (deadline, self.set_count);
        self.set_count += 1;
        self.timers.insert(key, number);
        key
    }
    fn cancel(&mut self, key: (Instant, u64)) -> bool {
        self.timers.remove(&key).is_some()
    }
    fn pop(&mut self, now: Instant) -> Option<u64> {
        let first = self.timers.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
    fn next(&mut self) -> Option<Instant> {
        self.timers.first_key_value().map(|(key, _)| key.0)
    }
}

/// A million deadlines within a second, set; then popped in turns of 100 µs.
#[divan::bench(types = [TimerWheel<u64>, Map], sample_count = 10, sample_size = 1,
    counters = [ItemsCount::new(MILLION)])]
fn random_set_and_pop<T: Timers>(bencher: Bencher<'_, '_>) {
    let (start, mut random) = (start(), Random(1));
    let deadlines: Vec<Instant> =
        (0..MILLION).map(|_| start + Duration::from_nanos(random.below(SECOND))).collect();
    bencher.bench_local(|| {
        let mut timers = T::default();
        for &deadline in &deadlines {
            black_box(timers.set(deadline, 0));
        }
        let (mut now, mut popped) = (start, 0);
        while popped < MILLION {
            now += Duration::from_micros(100);
            while timers.pop(now).is_some() {
                popped += 1;
            }
        }
    });
}

/// Each popped timer is set again, so far ahead; so many are set all the time. A million pops.
fn again<T: Timers>(
    bencher: Bencher<'_, '_>,
    set: usize,
    mut ahead: impl FnMut(&mut Random) -> u64,
) {
    let start = start();
    bencher
        .with_inputs(|| {
            let (mut timers, mut random) = (T::default(), Random(1));
            for _ in 0..set {
                timers.set(start + Duration::from_nanos(random.below(SECOND)), 0);
            }
            (timers, random)
        })
        .bench_local_values(|(mut timers, mut random)| {
            for _ in 0..MILLION {
                let now = timers.next().expect("some are always set");
                timers.pop(now).expect("the next is due");
                timers.set(now + Duration::from_nanos(ahead(&mut random)), 0);
            }
            timers
        });
}

/// As on virtual time: from deadline to deadline, each a second after the one before it fired.
#[divan::bench(types = [TimerWheel<u64>, Map], args = [1, 1_000, 100_000], sample_count = 10,
    sample_size = 1, counters = [ItemsCount::new(MILLION)])]
fn set_again_after_a_second<T: Timers>(bencher: Bencher<'_, '_>, set: usize) {
    again::<T>(bencher, set, |_| SECOND);
}

/// As on virtual time, between a microsecond and an hour ahead, at every scale.
#[divan::bench(types = [TimerWheel<u64>, Map], args = [10, 1_000], sample_count = 10,
    sample_size = 1, counters = [ItemsCount::new(MILLION)])]
fn sparse<T: Timers>(bencher: Bencher<'_, '_>, set: usize) {
    again::<T>(bencher, set, |random| {
        let scale = 1 << (10 + random.below(32));
        scale + random.below(scale)
    });
}

/// All at one instant: a hundred thousand set, and popped.
#[divan::bench(types = [TimerWheel<u64>, Map], sample_count = 20, sample_size = 1,
    counters = [ItemsCount::new(100_000_usize)])]
fn equal_deadlines<T: Timers>(bencher: Bencher<'_, '_>) {
    let deadline = start() + Duration::from_nanos(SECOND + 12_345);
    bencher.bench_local(|| {
        let mut timers = T::default();
        for number in 0..100_000 {
            timers.set(deadline, number);
        }
        for number in 0..100_000 {
            assert_eq!(timers.pop(deadline), Some(number));
        }
    });
}

/// Timeouts that are never reached: with so many set, the oldest is cancelled and a new one set for
/// 30 s later, every 100 ns of time. A million of them.
#[divan::bench(types = [TimerWheel<u64>, Map], args = [1, 1_000, 1_000_000], sample_count = 10,
    sample_size = 1, counters = [ItemsCount::new(MILLION)])]
fn set_and_cancel<T: Timers>(bencher: Bencher<'_, '_>, set: usize) {
    let (start, each) = (start(), Duration::from_nanos(100));
    let timeout = Duration::from_secs(30);
    bencher
        .with_inputs(|| {
            let mut timers = T::default();
            let mut now = start;
            let mut keys = Vec::with_capacity(set);
            for _ in 0..set {
                keys.push(timers.set(now + timeout, 0));
                now += each;
            }
            (timers, keys, now)
        })
        .bench_local_values(|(mut timers, mut keys, mut now)| {
            let mut oldest = 0;
            for n in 0..MILLION {
                assert!(timers.cancel(keys[oldest]));
                keys[oldest] = timers.set(now + timeout, 0);
                oldest = if oldest + 1 == keys.len() { 0 } else { oldest + 1 };
                now += each;
                if n % 256 == 0 {
                    assert!(timers.pop(now).is_none());
                }
            }
            timers
        });
}

#[cfg(unix)]
fn time_on_processor() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Without such a clock nothing is measured.
#[cfg(not(unix))]
fn time_on_processor() -> Duration {
    Duration::ZERO
}

fn longest_turn(count: u64) {
    let start = start();
    let mut random = Random(1);
    let spread: Vec<Instant> =
        (0..count).map(|_| start + Duration::from_nanos(random.below(60 * SECOND))).collect();
    report("over a minute", &spread, Duration::from_micros(100));
    let equal = vec![start + Duration::from_secs(10); spread.len()];
    report("all at once", &equal, Duration::from_millis(20));
}

fn report(what: &str, deadlines: &[Instant], every: Duration) {
    let mut turns = turns(deadlines, every);
    // What takes as long each time is the wheel's; what does not is the machine's.
    for _ in 0..2 {
        for (least, again) in turns.iter_mut().zip(self::turns(deadlines, every)) {
            *least = again.min(*least);
        }
    }
    turns.sort_unstable();
    let of = |part: f64| turns[((turns.len() - 1) as f64 * part) as usize];
    println!(
        "{} timers {what}, {} turns: longest {:?}, 99.9 % within {:?}, together {:?}",
        deadlines.len(),
        turns.len(),
        of(1.0),
        of(0.999),
        turns.iter().sum::<Duration>(),
    );
    assert!(of(1.0) < Duration::from_millis(1), "a turn took {:?}", of(1.0));
}

/// What each turn took, the clock being so much later each time.
fn turns(deadlines: &[Instant], every: Duration) -> Vec<Duration> {
    let mut wheel = TimerWheel::<u64>::new();
    for (number, &deadline) in (0..).zip(deadlines) {
        wheel.set(deadline, number);
    }
    let (mut now, mut turns) = (start(), Vec::new());
    while !wheel.is_empty() {
        now += every;
        let before = time_on_processor();
        let mut budget = TimerWheel::<u64>::TURN;
        while let Due::Fired(number) = wheel.pop_due(now, &mut budget) {
            black_box(number);
        }
        wheel.move_ahead(now);
        black_box(wheel.next_look(Look::Near, |_| true));
        turns.push(time_on_processor() - before);
    }
    turns
}
