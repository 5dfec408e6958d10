//! What one resume costs, inlined and through `dyn`, beside a bare loop over a plain closure.
//!
//! Unit: one resume. Each benchmark resumes [`RESUMES`] times; what is resumed adds what it is
//! given to a total and hands the total out.

use std::hint::black_box;

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

mod inlined {
    use super::*;

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
