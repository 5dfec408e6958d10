//! `join!` and `try_join!`.

use std::future::ready;
use std::rc::Rc;

use coweave::{Instant, join, sleep, spawn, spawn_local, try_join, yield_now};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::support::{Trace, seconds};

#[coweave::test]
async fn all_wait_at_the_same_time() {
    let start = Instant::now();
    let handle = spawn(async {
        sleep(seconds(3)).await;
        "task"
    });
    let (slept, number, joined) = join!(
        sleep(seconds(2)),
        async {
            yield_now().await;
            5
        },
        handle
    );
    assert_eq!((slept, number, joined.unwrap()), ((), 5, "task"));
    assert_eq!(Instant::now() - start, seconds(3));
}

#[coweave::test]
async fn any_number_is_joined() {
    let () = join!();
    let (one,) = join!(ready(1));
    let none: Result<(), &str> = try_join!();
    let (a, (b, c)) = join!(ready("a"), async { join!(ready("b"), ready("c")) });
    assert_eq!((one, none, a, b, c), (1, Ok(()), "a", "b", "c"));
}

#[coweave::test]
async fn every_poll_polls_all_that_are_not_ready_in_order() {
    let trace = Trace::new();
    let counts = |name: &'static str, polls: u32| {
        let trace = trace.clone();
        async move {
            for n in 1..polls {
                trace.add(format!("{name} {n}"));
                yield_now().await;
            }
            trace.add(format!("{name} {polls}"));
        }
    };
    join!(counts("a", 2), counts("b", 3));
    assert_eq!(trace, ["a 1", "b 1", "a 2", "b 2", "b 3"]);
}

#[coweave::test]
async fn what_is_not_send_is_joined_in_a_local_task() {
    let shared = Rc::new(2);
    let task = spawn_local(async move {
        let twice = async {
            yield_now().await;
            *shared * 2
        };
        join!(twice, async { *shared })
    });
    assert_eq!(task.await.unwrap(), (4, 2));
}

#[coweave::test]
async fn wakers_of_other_crates_reach_the_right_future() {
    let unordered: FuturesUnordered<_> = (1..4)
        .map(|n| async move {
            sleep(seconds(n)).await;
            n
        })
        .collect();
    let (sum, list) = join!(
        async {
            sleep(seconds(2)).await;
            2
        },
        unordered.collect::<Vec<_>>(),
    );
    assert_eq!((sum, list), (2, vec![1, 2, 3]));
}

#[coweave::test]
async fn a_question_mark_follows_try_join() {
    async fn all(second: Result<u8, String>) -> Result<u32, String> {
        let (a, b) = try_join!(ready(Ok::<u32, String>(1)), async {
            yield_now().await;
            second
        })?;
        Ok(a + u32::from(b))
    }
    assert_eq!((all(Ok(2)).await, all(Err("no".into())).await), (Ok(3), Err("no".to_owned())));
}
