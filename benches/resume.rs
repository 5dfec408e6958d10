//! What one resume costs, inlined and through `dyn`, beside a bare loop over a plain closure.
//!
//! Unit: one resume. Each benchmark resumes [`RESUMES`] times; what is resumed adds what it is
//! given to a total and hands the total out.
#![feature(coroutines)]

use std::hint::black_box;

use coweave::CoroutineState;
use divan::Bencher;
use divan::counter::ItemsCount;

const RESUMES: u64 = 10_000;

fn main() {
    divan::main();
}

fn running_total_by_hand() -> impl FnMut(u64) -> u64 {
    let mut total = 0_u64;
    move |more| {
        total = total.wrapping_add(more);
        total
    }
}

#[coweave::coroutine(yield = u64, resume = u64)]
fn running_total() {
    let mut total = 0_u64;
    let mut more = yield total;
    loop {
        total = total.wrapping_add(more);
        more = yield total;
    }
}

mod inlined {
    use super::*;

    #[divan::bench]
    fn generator(bencher: Bencher) {
        bencher.counter(ItemsCount::new(RESUMES)).bench_local(|| {
            let mut total = running_total();
            black_box(total.start());
            for more in 0..RESUMES {
                if let CoroutineState::Yielded(sum) = total.resume(black_box(more)) {
                    black_box(sum);
                }
            }
        });
    }

    #[divan::bench]
    fn bare_loop(bencher: Bencher) {
        bencher.counter(ItemsCount::new(RESUMES)).bench_local(|| {
            let mut total = running_total_by_hand();
            for more in 0..RESUMES {
                black_box(total(black_box(more)));
            }
        });
    }
}

mod through_dyn {
    use super::*;

    #[divan::bench]
    fn generator(bencher: Bencher) {
        bencher.counter(ItemsCount::new(RESUMES)).bench_local(|| {
            let mut total = black_box(running_total().erase());
            black_box(total.start());
            for more in 0..RESUMES {
                if let CoroutineState::Yielded(sum) = total.resume(black_box(more)) {
                    black_box(sum);
                }
            }
        });
    }

    #[divan::bench]
    fn bare_loop(bencher: Bencher) {
        bencher.counter(ItemsCount::new(RESUMES)).bench_local(|| {
            let mut total: Box<dyn FnMut(u64) -> u64> =
                black_box(Box::new(running_total_by_hand()));
            for more in 0..RESUMES {
                black_box(total(black_box(more)));
            }
        });
    }
}

/// Three functions deep, a future that is never ready; a resume goes down and up again.
mod awaiting {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    struct Never;

    impl Future for Never {
        type Output = u64;
        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
            black_box(cx);
            Poll::Pending
        }
    }

    fn resume(bencher: Bencher, task: impl Future<Output = u64>) {
        let task = pin!(task);
        let mut task: Pin<&mut dyn Future<Output = u64>> = black_box(task);
        let mut cx = Context::from_waker(Waker::noop());
        bencher.counter(ItemsCount::new(RESUMES)).bench_local(|| {
            for _ in 0..RESUMES {
                assert!(task.as_mut().poll(&mut cx).is_pending());
            }
        });
    }

    mod in_async_functions {
        use super::*;

        async fn inner(n: u64) -> u64 {
            Never.await + n
        }

        async fn middle(n: u64) -> u64 {
            inner(n).await + n
        }

        async fn outer(n: u64) -> u64 {
            middle(n).await + n
        }

        #[divan::bench]
        fn by_the_compiler(bencher: Bencher) {
            resume(bencher, outer(black_box(1)));
        }
    }

    mod in_coroutines {
        use super::*;

        #[coweave::coroutine]
        fn inner(n: u64) -> u64 {
            Never.await + n
        }

        #[coweave::coroutine]
        fn middle(n: u64) -> u64 {
            inner(n).await + n
        }

        #[coweave::coroutine]
        fn outer(n: u64) -> u64 {
            middle(n).await + n
        }

        #[divan::bench]
        fn by_the_attribute(bencher: Bencher) {
            resume(bencher, outer(black_box(1)));
        }
    }
}
