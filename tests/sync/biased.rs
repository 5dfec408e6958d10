//! The lock inside the shared primitives, which its first thread enters without an atomic
//! read-modify-write: threads of the system find one who goes on while others revoke.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use coweave::__private::BiasedLock;

const LOCKS: usize = 300;
const OTHERS: u32 = 3;
/// Uses of each lock by each of the others; the owner's are counted.
const USES: usize = 3;

/// A number below `n`, from a generator of Marsaglia's (xorshift).
fn random_below(state: &mut u64, n: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % n as u64).expect("less than `n`")
}

/// A counter of two halves, which are equal whenever nobody is between them.
fn add(lock: &BiasedLock<[u64; 2]>) {
    let mut counter = lock.hold();
    counter[0] += 1;
    assert_eq!(counter[0], counter[1] + 1, "one at a time");
    counter[1] += 1;
}

/// Each lock is its owner's, who uses all of them over and over; others take turns to come to one.
#[test]
fn no_use_is_lost_when_biases_are_revoked() {
    let started = Arc::new(Barrier::new(OTHERS as usize + 1));
    let locks: Arc<Vec<BiasedLock<[u64; 2]>>> =
        Arc::new((0..LOCKS).map(|_| BiasedLock::new([0; 2])).collect());
    locks.iter().for_each(add);
    let left = Arc::new(AtomicU32::new(OTHERS));
    let others: Vec<_> = (0..OTHERS)
        .map(|n| {
            let (locks, started, left) = (locks.clone(), started.clone(), left.clone());
            thread::spawn(move || {
                let mut state = 0x9E37_79B9_7F4A_7C15_u64.rotate_left(n);
                started.wait();
                for _ in 0..LOCKS * USES {
                    add(&locks[random_below(&mut state, LOCKS)]);
                }
                left.fetch_sub(1, Ordering::Relaxed);
            })
        })
        .collect();
    started.wait();
    let mut own = LOCKS;
    let mut state = 1;
    while left.load(Ordering::Relaxed) > 0 {
        // One lock many times, so that who revokes finds its owner inside.
        let lock = &locks[random_below(&mut state, LOCKS)];
        (0..100).for_each(|_| add(lock));
        own += 100;
    }
    others.into_iter().for_each(|other| other.join().unwrap());
    let expected = (own + OTHERS as usize * LOCKS * USES) as u64;
    let counted = locks.iter().fold([0, 0], |sum, lock| {
        let counter = lock.hold();
        [sum[0] + counter[0], sum[1] + counter[1]]
    });
    assert_eq!(counted, [expected; 2]);
}

/// Nobody has used the locks: two threads come to each at once, and either may have the bias.
#[test]
fn no_use_is_lost_when_two_come_first() {
    let locks: Arc<Vec<BiasedLock<[u64; 2]>>> =
        Arc::new((0..LOCKS).map(|_| BiasedLock::new([0; 2])).collect());
    let started = Arc::new(Barrier::new(2));
    let threads = [(); 2].map(|()| {
        let (locks, started) = (locks.clone(), started.clone());
        thread::spawn(move || {
            started.wait();
            locks.iter().for_each(|lock| (0..20).for_each(|_| add(lock)));
        })
    });
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    for lock in locks.iter() {
        assert_eq!(*lock.hold(), [40; 2]);
    }
}

/// Who holds a lock is told when it comes again: with the bias, without, and while it is revoked.
#[test]
fn who_enters_twice_is_told() {
    let enter = |lock: &BiasedLock<[u64; 2]>| {
        let held = lock.hold();
        let text = crate::support::panic_text(|| drop(lock.hold()));
        assert!(text.contains("used while it was being used on this thread"), "{text}");
        drop(held);
        add(lock);
    };
    let biased = Arc::new(BiasedLock::new([0; 2]));
    enter(&biased);
    let shared = biased.clone();
    thread::spawn(move || enter(&shared)).join().unwrap();
    enter(&biased);
    assert_eq!(*biased.hold(), [3; 2]);

    let lock = Arc::new(BiasedLock::new([0; 2]));
    let held = lock.hold();
    let other = lock.clone();
    let revokes = thread::spawn(move || add(&other));
    // In time it waits for this thread to leave, which comes again before and after that.
    for _ in 0..200 {
        let text = crate::support::panic_text(|| drop(lock.hold()));
        assert!(text.contains("used while it was being used on this thread"), "{text}");
        thread::yield_now();
    }
    drop(held);
    revokes.join().unwrap();
    enter(&lock);
    assert_eq!(*lock.hold(), [2; 2]);
}
