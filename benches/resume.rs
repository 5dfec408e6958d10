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
