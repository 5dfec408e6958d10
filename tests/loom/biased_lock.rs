//! A lock that is biased to the first thread that uses it, and others that come.

use coweave::__private::BiasedLock;
use loom::sync::Arc;
use loom::thread;

use crate::support::{Fault, Watched, model, notices};

fn add(lock: &BiasedLock<Watched>) {
    let value = lock.hold();
    value.set(value.get() + 1);
}

/// One thread has the bias and uses the lock again and again; another comes.
fn another_comes() {
    let lock = Arc::new(BiasedLock::new(Watched::new(0)));
    add(&lock);
    let other = lock.clone();
    let comes = thread::spawn(move || add(&other));
    add(&lock);
    add(&lock);
    comes.join().unwrap();
    assert_eq!(lock.hold().get(), 4);
}

#[test]
fn a_bias_is_revoked_while_its_owner_goes_on() {
    model(another_comes);
}

#[test]
fn revoking_without_a_barrier_is_noticed() {
    notices(Fault::NoBarrier, "Causality violation", another_comes);
}

#[test]
fn entering_without_a_barrier_is_noticed() {
    notices(Fault::NoHalfBarrier, "Causality violation", another_comes);
}

/// Two threads come to a lock that nobody has used, and one of them has the bias.
#[test]
fn two_threads_claim_a_lock() {
    model(|| {
        let lock = Arc::new(BiasedLock::new(Watched::new(0)));
        let other = lock.clone();
        let claims = thread::spawn(move || {
            add(&other);
            add(&other);
        });
        add(&lock);
        add(&lock);
        claims.join().unwrap();
        assert_eq!(lock.hold().get(), 4);
    });
}

/// Two threads come to revoke one bias.
#[test]
fn two_threads_revoke_one_bias() {
    model(|| {
        let lock = Arc::new(BiasedLock::new(Watched::new(0)));
        add(&lock);
        let others: Vec<_> = (0..2)
            .map(|_| {
                let lock = lock.clone();
                thread::spawn(move || add(&lock))
            })
            .collect();
        add(&lock);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(lock.hold().get(), 4);
    });
}
