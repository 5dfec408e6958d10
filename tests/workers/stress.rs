//! Random programs on several workers, for some time: nothing is lost, and nothing happens twice.
//!
//! `COWEAVE_STRESS_SECONDS` says for how long, instead of two; `COWEAVE_STRESS_SEED` with which programs it
//! begins. The threads' order is the system's all the same, so a seed does not repeat a run.

use std::panic::panic_any;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use coweave::channel::{Receiver, Sender, bounded};
use coweave::sync::{Mutex, Semaphore};
use coweave::{
    JoinHandle, Scheduler, SchedulerHandle, Unparker, park, select, sleep, spawn, spawn_local,
    task, timeout, yield_now,
};

use crate::support::{Census, Counted, MS};

/// Tasks of one program that spawn others, at most.
const MOST_TASKS: u64 = 400;
/// No program comes near it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A generator of Marsaglia's (xorshift).
struct Numbers(u64);

impl Numbers {
    fn new(seed: u64) -> Self {
        // Neighbouring seeds give numbers that have nothing in common; zero gives none.
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % n
    }
}

/// What the tasks of one program share.
struct Shared {
    census: Census,
    /// Tasks that may still be spawned, that were begun, and that have ended.
    budget: AtomicU64,
    begun: AtomicU64,
    ended: AtomicU64,
    counted: Mutex<u64>,
    counts: AtomicU64,
    permits: Semaphore,
    inside: AtomicUsize,
    sender: Sender<(u64, Counted)>,
    receiver: Receiver<(u64, Counted)>,
    next_item: AtomicU64,
    /// Items whose senders have gone on; and those that were received.
    sent: StdMutex<Vec<u64>>,
    received: StdMutex<Vec<u64>>,
    /// The scheduler may end before the tasks, and cancel them.
    is_abandoned: AtomicBool,
    /// No task is left, or the scheduler has ended.
    is_over: AtomicBool,
    /// Whoever wants to is woken by another thread.
    wakers: StdMutex<Vec<Waker>>,
    unparkers: StdMutex<Vec<Unparker>>,
    handles: StdMutex<Vec<JoinHandle<Output>>>,
}

struct Output {
    value: u64,
    held: Counted,
}

const PERMITS: usize = 3;
/// What tasks panic with.
const EXPECTED: &str = "as the program has it";

impl Shared {
    fn new(census: &Census) -> Arc<Self> {
        let (sender, receiver) = bounded(4);
        Arc::new(Self {
            census: census.clone(),
            budget: AtomicU64::new(MOST_TASKS),
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            counted: Mutex::new(0),
            counts: AtomicU64::new(0),
            permits: Semaphore::new(PERMITS),
            inside: AtomicUsize::new(0),
            sender,
            receiver,
            next_item: AtomicU64::new(0),
            sent: StdMutex::default(),
            received: StdMutex::default(),
            is_abandoned: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            wakers: StdMutex::default(),
            unparkers: StdMutex::default(),
            handles: StdMutex::default(),
        })
    }

    /// Wakes and unparks all who asked for it, and receives, so that no sender waits for ever.
    fn help(&self) {
        let wakers = std::mem::take(&mut *self.wakers.lock().unwrap());
        let unparkers = std::mem::take(&mut *self.unparkers.lock().unwrap());
        wakers.into_iter().for_each(Waker::wake);
        unparkers.iter().for_each(Unparker::unpark);
        self.receive_all();
    }

    fn receive_all(&self) {
        while let Ok((item, held)) = self.receiver.try_recv() {
            held.touch();
            self.received.lock().unwrap().push(item);
        }
    }

    /// Each item that was sent has arrived, and none twice.
    fn check_items(&self) {
        self.receive_all();
        let mut received = std::mem::take(&mut *self.received.lock().unwrap());
        let count = received.len();
        received.sort_unstable();
        received.dedup();
        assert_eq!(count, received.len(), "an item arrives twice");
        for item in self.sent.lock().unwrap().drain(..) {
            assert!(received.binary_search(&item).is_ok(), "an item is lost");
        }
    }

    fn may_spawn(&self) -> bool {
        let less = |left: u64| left.checked_sub(1);
        self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// Counts a task that was told, or may not be told, to end early.
    async fn joined(&self, handle: JoinHandle<Output>, cancels: bool) {
        if cancels {
            handle.cancel();
        }
        match handle.await {
            Ok(output) => {
                output.held.touch();
                assert!(output.value < u64::MAX);
            }
            Err(error) if error.is_panic() => {
                let payload = error.into_panic();
                assert_eq!(payload.downcast_ref::<&str>(), Some(&EXPECTED), "another panic");
            }
            Err(_) => assert!(
                cancels || self.is_abandoned.load(Ordering::Relaxed),
                "nobody has cancelled it"
            ),
        }
    }
}

/// Is woken once by whoever wakes all.
async fn woken(shared: &Shared) {
    let mut asked = false;
    std::future::poll_fn(|cx| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        shared.wakers.lock().unwrap().push(cx.waker().clone());
        Poll::Pending
    })
    .await;
}

/// Sends an item, or receives one if that comes soon.
async fn pass_on(shared: &Shared, numbers: &mut Numbers) {
    if numbers.below(2) == 0 {
        let item = shared.next_item.fetch_add(1, Ordering::Relaxed);
        if shared.sender.send((item, shared.census.value())).await.is_ok() {
            shared.sent.lock().unwrap().push(item);
        }
    } else if let Ok(Ok((item, held))) = timeout(MS, shared.receiver.recv()).await {
        held.touch();
        shared.received.lock().unwrap().push(item);
    }
}

async fn one_step(shared: &Arc<Shared>, numbers: &mut Numbers, frame: &Counted) {
    match numbers.below(20) {
        0..4 => yield_now().await,
        4 => sleep(MS / 1000 * u32::try_from(numbers.below(500)).expect("it is small")).await,
        5 => {
            let mut guard = shared.counted.lock().await;
            let before = *guard;
            if numbers.below(2) == 0 {
                yield_now().await;
            }
            *guard = before + 1;
            shared.counts.fetch_add(1, Ordering::Relaxed);
        }
        6 => {
            let permit = shared.permits.acquire().await.expect("it is not closed");
            assert!(shared.inside.fetch_add(1, Ordering::AcqRel) < PERMITS, "too many are inside");
            let leaves = Leaves(&shared.inside);
            yield_now().await;
            drop(leaves);
            drop(permit);
        }
        7..11 => pass_on(shared, numbers).await,
        11 => woken(shared).await,
        12 => {
            shared.unparkers.lock().unwrap().push(task::current().unparker());
            park().await;
        }
        13 => {
            select! {
                () = woken(shared) => {},
                () = sleep(MS / 10) => {},
                () = yield_now() => {},
            }
        }
        14 => {
            let one = shared.counted.lock();
            let other = timeout(MS / 5, shared.permits.acquire());
            drop(futures::join!(one, other));
        }
        15 => {
            // Held up, for a moment.
            let until = Instant::now() + MS / 1000 * 300;
            while Instant::now() < until {
                std::hint::spin_loop();
            }
        }
        16 => {
            let home = thread::current().id();
            let count = numbers.below(5);
            let local = || {
                spawn_local(async move {
                    for _ in 0..count {
                        yield_now().await;
                        assert_eq!(thread::current().id(), home);
                    }
                })
            };
            if shared.may_spawn() {
                let handle = local();
                handle.await.expect("it stays");
            }
        }
        _ => frame.touch(),
    }
}

struct Leaves<'a>(&'a AtomicUsize);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Counts itself when it ends, however it does.
struct Ends(Arc<Shared>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

fn random_task(shared: Arc<Shared>, seed: u64) -> JoinHandle<Output> {
    spawn(random_frame(shared, seed))
}

fn random_frame(
    shared: Arc<Shared>,
    seed: u64,
) -> std::pin::Pin<Box<dyn Future<Output = Output> + Send>> {
    let (frame, ends) = (shared.census.value(), Ends(shared.clone()));
    shared.begun.fetch_add(1, Ordering::Relaxed);
    Box::pin(async move {
        let mut numbers = Numbers::new(seed);
        let mut children = Vec::new();
        for _ in 0..numbers.below(30) {
            if numbers.below(3) == 0 && shared.may_spawn() {
                children.push(random_task(shared.clone(), seed ^ numbers.below(u64::MAX)));
            }
            one_step(&shared, &mut numbers, &frame).await;
            match numbers.below(8) {
                0 => {
                    if let Some(child) = children.pop() {
                        shared.joined(child, numbers.below(3) == 0).await;
                    }
                }
                1 => drop(children.pop()),
                2 => shared.handles.lock().unwrap().extend(children.pop()),
                3 => {
                    let other = shared.handles.lock().unwrap().pop();
                    if let Some(other) = other {
                        // Of a task that may wait for this one, so not for ever.
                        let cancels = numbers.below(2) == 0;
                        timeout(MS, shared.joined(other, cancels)).await.ok();
                    }
                }
                _ => {}
            }
        }
        if numbers.below(20) == 0 {
            panic_any(EXPECTED);
        }
        drop(ends);
        Output { value: numbers.below(100), held: shared.census.value() }
    })
}

/// Helps from a thread, as long as the program lasts.
fn start_helper(shared: &Arc<Shared>) -> thread::JoinHandle<()> {
    let shared = shared.clone();
    thread::spawn(move || {
        while !shared.is_over.load(Ordering::Acquire) {
            shared.help();
            thread::sleep(MS / 20);
        }
    })
}

/// One program: its tasks, a thread that wakes, one that spawns from outside, and what is left. Returns
/// what is left of it when the scheduler has ended.
fn run_program(scheduler: &mut Scheduler, seed: u64) -> Option<Abandoned> {
    let census = Census::default();
    let shared = Shared::new(&census);
    let mut numbers = Numbers::new(seed);
    let wakes = start_helper(&shared);
    let spawns = {
        let (shared, handle, seed) = (shared.clone(), scheduler.handle(), numbers.below(u64::MAX));
        thread::spawn(move || spawn_from_outside(&shared, &handle, seed))
    };
    let inside = shared.clone();
    let abandons = numbers.below(8) == 0;
    shared.is_abandoned.store(abandons, Ordering::Relaxed);
    let spawned = scheduler.run(async move {
        let shared = inside;
        let mut tasks = Vec::new();
        for _ in 0..10 {
            if shared.may_spawn() {
                tasks.push(random_task(shared.clone(), numbers.below(u64::MAX)));
            }
        }
        let count = tasks.len();
        for task in tasks {
            if abandons {
                drop(task);
            } else {
                shared.joined(task, numbers.below(10) == 0).await;
            }
        }
        count
    });
    assert!(spawned > 0);
    spawns.join().expect("it does not panic");
    if abandons {
        // They go on beside the next program, until they end or their scheduler does.
        return Some(Abandoned { census, shared, wakes });
    }
    // Whoever nobody joined ends as well; then all that was made is gone, but for what lies in the
    // channel.
    let began = Instant::now();
    scheduler.run(async {
        while Arc::strong_count(&shared) > 2 {
            let handles = std::mem::take(&mut *shared.handles.lock().unwrap());
            drop(handles);
            assert!(began.elapsed() < PATIENCE / 2, "{} are left", Arc::strong_count(&shared));
            sleep(MS / 5).await;
        }
    });
    let mutex_count = scheduler.run(async { *shared.counted.lock().await });
    assert_eq!(
        mutex_count,
        shared.counts.load(Ordering::Relaxed),
        "a count under the lock is lost"
    );
    assert_eq!(shared.begun.load(Ordering::Relaxed), shared.ended.load(Ordering::Relaxed));
    assert_eq!(shared.inside.load(Ordering::Relaxed), 0);
    shared.check_items();
    assert_eq!(shared.permits.available_permits(), PERMITS, "a permit is lost");
    shared.is_over.store(true, Ordering::Release);
    drop(shared);
    wakes.join().expect("it does not panic");
    // The last outputs are dropped where their tasks were spawned, which may be here.
    scheduler.run(async {
        while census.live() != 0 {
            assert!(began.elapsed() < PATIENCE / 2, "{} of {}", census.live(), census.made());
            sleep(MS / 5).await;
        }
    });
    None
}

/// A program whose scheduler ends before its tasks.
struct Abandoned {
    census: Census,
    shared: Arc<Shared>,
    wakes: thread::JoinHandle<()>,
}

impl Abandoned {
    /// All is gone with the scheduler.
    fn check(self) {
        let Self { census, shared, wakes } = self;
        shared.is_over.store(true, Ordering::Release);
        wakes.join().expect("it does not panic");
        assert_eq!(shared.begun.load(Ordering::Relaxed), shared.ended.load(Ordering::Relaxed));
        assert_eq!(Arc::strong_count(&shared), 1, "a frame is left");
        drop(shared);
        assert_eq!(census.live(), 0, "of {}", census.made());
    }
}

fn spawn_from_outside(shared: &Arc<Shared>, handle: &SchedulerHandle, seed: u64) {
    let mut numbers = Numbers::new(seed);
    let mut joined = Vec::new();
    for _ in 0..numbers.below(20) {
        if !shared.may_spawn() {
            break;
        }
        let task = handle.spawn(random_frame(shared.clone(), numbers.below(u64::MAX)));
        match numbers.below(4) {
            0 => drop(task),
            1 => task.cancel(),
            2 => joined.push(task),
            _ => shared.handles.lock().unwrap().push(task),
        }
    }
    // Not waited for here: between two runs nobody runs the tasks of the first worker.
    drop(joined);
}

/// Ends the process, and says where it stood, if a program takes too long.
struct Watchdog(Arc<(StdMutex<(u64, bool)>, std::sync::Condvar)>);

impl Watchdog {
    fn new(workers: usize) -> Self {
        let state = Arc::new((StdMutex::new((0, false)), std::sync::Condvar::new()));
        let watched = state.clone();
        thread::spawn(move || {
            let (state, changed) = &*watched;
            let mut guard = state.lock().unwrap();
            while !guard.1 {
                let before = guard.0;
                let (now, waited) = changed.wait_timeout(guard, PATIENCE).unwrap();
                guard = now;
                if waited.timed_out() && guard.0 == before && !guard.1 {
                    eprintln!("{workers} workers hang in the program of seed {before}");
                    std::process::abort();
                }
            }
        });
        Self(state)
    }

    fn begins(&self, seed: u64) {
        self.0.0.lock().unwrap().0 = seed;
        self.0.1.notify_all();
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().1 = true;
        self.0.1.notify_all();
    }
}

fn number_from(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().map_or(otherwise, |text| text.parse().expect("it is a number"))
}

fn stress(workers: usize) {
    let time = Duration::from_secs(number_from("COWEAVE_STRESS_SECONDS", 2));
    let mut seed = number_from("COWEAVE_STRESS_SEED", 1);
    let (first, began) = (seed, Instant::now());
    quiet_panics();
    let watchdog = Watchdog::new(workers);
    while began.elapsed() < time {
        let unexpected = Arc::new(StdMutex::new(Vec::new()));
        let tells = unexpected.clone();
        let mut scheduler = Scheduler::builder()
            .workers(workers)
            .on_panic(move |task| match task.message() {
                Some(EXPECTED) => {}
                text => tells.lock().unwrap().push(format!("{task}: {text:?}")),
            })
            .build()
            .expect("the set-up is valid");
        let mut abandoned = Vec::new();
        for _ in 0..5 {
            watchdog.begins(seed);
            abandoned.extend(run_program(&mut scheduler, seed));
            seed += 1;
        }
        drop(scheduler);
        assert_eq!(*unexpected.lock().unwrap(), Vec::<String>::new());
        abandoned.into_iter().for_each(Abandoned::check);
    }
    drop(watchdog);
    println!("{workers} workers: {} programs", seed - first);
}

/// The panics of the programs are not printed.
fn quiet_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let text = info.payload().downcast_ref::<&str>();
            if text.is_none_or(|text| *text != EXPECTED) {
                before(info);
            }
        }));
    });
}

#[test]
fn random_programs_on_two_workers_lose_nothing_and_do_nothing_twice() {
    stress(2);
}

#[test]
fn random_programs_on_four_workers_lose_nothing_and_do_nothing_twice() {
    stress(4);
}
