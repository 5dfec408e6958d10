//! The threads of a scheduler that has several workers.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::run_loop::{RunLoop, World};
use crate::primitives::{Arc, Receiver, thread};
use crate::task::{Mail, Mailbox, Membership, OwnedCore, Team};
use crate::time::WorkerClock;

/// What a worker receives by, and with what.
type Post = (Arc<Mailbox>, Receiver<Mail>);

/// All workers but the first, which is the thread that runs the scheduler.
#[derive(Debug)]
pub(super) struct Workers {
    team: Arc<Team>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Workers {
    /// Starts a thread for each mailbox but the first; says which could not be started, if one could
    /// not.
    pub(super) fn start(
        team: &Arc<Team>,
        posts: impl IntoIterator<Item = Post>,
        clock: impl Fn() -> WorkerClock + Clone + Send + 'static,
    ) -> (Self, Option<(usize, io::Error)>) {
        let mut workers = Self { team: team.clone(), threads: Vec::new() };
        for (index, post) in posts.into_iter().enumerate() {
            let place = index + 1;
            let membership = team.join(place);
            let clock = clock.clone();
            let work = move || work(membership, post, &clock);
            let builder = thread::Builder::new().name(format!("coweave-worker-{place}"));
            match builder.spawn(work) {
                Ok(thread) => workers.threads.push(thread),
                Err(error) => {
                    team.never_sit_down(place);
                    return (workers, Some((place, error)));
                }
            }
        }
        (workers, None)
    }

    /// From now on they end.
    pub(super) fn close(&self) {
        self.team.close();
    }

    /// Waits until all threads have ended, which the team's end has them do.
    pub(super) fn join(&mut self) {
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                unreachable!("a worker that panics ends the process");
            }
        }
    }
}

/// What a worker's thread does.
fn work(membership: Membership, post: Post, clock: &impl Fn() -> WorkerClock) {
    // What tasks and destructors panic with is caught where they are called; what comes here has left
    // the scheduler in pieces, and would have the other workers wait for this one for ever.
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let core = OwnedCore::new(clock(), None, post, Some(membership));
        core.within(|| {
            RunLoop::new(&core, World::Member).run_until_closed();
            core.shut_down();
        });
    }));
    if ended.is_err() {
        eprintln!("coweave: a worker of a scheduler has panicked outside of any task");
        std::process::abort();
    }
}
