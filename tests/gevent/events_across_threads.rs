//! An event or a promise is set on another thread than the one whose scheduler waits: by a bare thread,
//! or by a task; waited for with and without a limit, by the first task or by another.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use coweave::sync::{Event, Promise};
use coweave::{spawn, timeout};

use crate::asked_workers::system_scheduler;

/// One of the two, and what is read of it.
trait Once: Default + Send + Sync + 'static {
    fn set_once(&self);
    fn read(&self) -> impl Future<Output = u32> + Send;
}

impl Once for Event {
    fn set_once(&self) {
        self.set();
    }

    async fn read(&self) -> u32 {
        self.wait().await;
        5
    }
}

impl Once for Promise<u32> {
    fn set_once(&self) {
        self.set(5).unwrap();
    }

    async fn read(&self) -> u32 {
        *self.wait().await
    }
}

#[derive(Clone, Copy)]
struct Case {
    is_limited: bool,
    in_another_task: bool,
    is_set_by_a_task: bool,
}

impl Case {
    fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|n| Self {
            is_limited: n & 1 != 0,
            in_another_task: n & 2 != 0,
            is_set_by_a_task: n & 4 != 0,
        })
    }

    async fn read(self, once: Arc<impl Once>) -> u32 {
        if self.is_limited {
            return timeout(Duration::from_secs(60), once.read()).await.unwrap();
        }
        once.read().await
    }
}

/// The thread whose scheduler waits says that it runs; only then, this thread sets.
fn crosses<O: Once>(case: Case) -> u32 {
    let once = Arc::new(O::default());
    let waits = once.clone();
    let (runs, running) = mpsc::channel();
    let thread = thread::spawn(move || {
        system_scheduler().run(async move {
            let tells = async move {
                runs.send(()).unwrap();
                case.read(waits).await
            };
            if case.in_another_task { spawn(tells).await.unwrap() } else { tells.await }
        })
    });
    running.recv().unwrap();
    if case.is_set_by_a_task {
        system_scheduler().run(async move { spawn(async move { once.set_once() }).await.unwrap() });
    } else {
        once.set_once();
    }
    thread.join().unwrap()
}

#[test]
fn what_is_set_on_a_thread_wakes_a_scheduler_on_another() {
    for case in Case::all() {
        for _ in 0..50 {
            assert_eq!(crosses::<Event>(case), 5);
            assert_eq!(crosses::<Promise<u32>>(case), 5);
        }
    }
}
