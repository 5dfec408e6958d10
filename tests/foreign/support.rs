//! What the tests record with, and what they run on.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use coweave::Scheduler;
use futures::FutureExt;
use futures::future::BoxFuture;

pub(crate) const MS: Duration = Duration::from_millis(1);

pub(crate) use crate::trace::Trace;

pub(crate) fn virtual_scheduler() -> Scheduler {
    Scheduler::builder().virtual_time().build().expect("the set-up is valid")
}

pub(crate) fn system_scheduler() -> Scheduler {
    Scheduler::builder().build().expect("the set-up is valid")
}

/// Runs `test` in a closed world on virtual time, and then on the system's; gives both traces.
pub(crate) fn on_both_clocks<F: Future<Output = ()>>(test: impl Fn(Trace) -> F) -> [Trace; 2] {
    [virtual_scheduler(), system_scheduler()].map(|mut scheduler| {
        let trace = Trace::new();
        scheduler.try_run(test(trace.clone())).expect("nothing is stuck");
        trace
    })
}

/// Runs `test` under each of the executors, and gives their traces.
pub(crate) fn under_each_executor<F>(test: impl Fn(Trace) -> F) -> Vec<Trace>
where
    F: Future<Output = ()> + Send + 'static,
{
    EXECUTORS
        .iter()
        .map(|run| {
            let trace = Trace::new();
            run(test(trace.clone()).boxed());
            trace
        })
        .collect()
}

/// Runs a future to its end.
type Run = fn(BoxFuture<'static, ()>);

/// Tokio's two, those of async-executor, and those of futures and futures-lite.
pub(crate) const EXECUTORS: [Run; 7] = [
    |future| tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future),
    |future| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).build().unwrap();
        runtime.block_on(runtime.spawn(future)).unwrap();
    },
    |future| {
        let executor = async_executor::Executor::new();
        let task = executor.spawn(future);
        futures_lite::future::block_on(executor.run(task));
    },
    |future| {
        let executor = async_executor::LocalExecutor::new();
        let task = executor.spawn(future);
        futures_lite::future::block_on(executor.run(task));
    },
    |future| {
        use futures::task::LocalSpawnExt;
        let mut pool = futures::executor::LocalPool::new();
        let task = pool.spawner().spawn_local_with_handle(future).unwrap();
        pool.run_until(task);
    },
    |future| futures::executor::block_on(future),
    |future| futures_lite::future::block_on(future),
];

/// What `f` panics with.
pub(crate) fn panic_text<T>(f: impl FnOnce() -> T) -> String {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => "no panic".to_owned(),
        Err(payload) => text_of(&*payload),
    }
}

/// What a panic said.
pub(crate) fn text_of(payload: &(dyn Any + Send)) -> String {
    let literal = payload.downcast_ref::<&str>().map(ToString::to_string);
    literal.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or("no text".to_owned())
}
