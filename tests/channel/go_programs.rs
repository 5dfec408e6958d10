//! Programs of channels from Go's `test/chan`: sieves, permutations of capacities, power series.

use std::rc::Rc;

use coweave::channel::{Receiver, Sender, bounded};
use coweave::{spawn, spawn_local};

/// `sieve1`: each prime is a task that filters the numbers for the next.
#[coweave::coroutine]
fn filter(input: Receiver<u32>, output: Sender<u32>, prime: u32) {
    while let Ok(n) = input.recv().await {
        if n % prime != 0 && output.send(n).await.is_err() {
            return;
        }
    }
}

#[coweave::coroutine]
fn numbers(output: Sender<u32>) {
    let mut n = 2;
    while output.send(n).await.is_ok() {
        n += 1;
    }
}

#[coweave::test]
async fn sieve() {
    for capacity in [0, 1, 16] {
        let (output, mut numbers_left) = bounded(capacity);
        let source = spawn(numbers(output));
        let mut primes = Vec::new();
        for _ in 0..25 {
            let prime = numbers_left.recv().await.unwrap();
            primes.push(prime);
            let (output, next) = bounded(capacity);
            let input = std::mem::replace(&mut numbers_left, next);
            drop(spawn(filter(input, output, prime)));
        }
        assert_eq!(primes[..10], [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
        assert_eq!(primes[24], 97);
        drop(numbers_left);
        source.await.unwrap();
    }
}

/// `sieve2` merges the multiples of all primes; here the composites come through one priority channel.
#[coweave::test]
async fn sieve_by_merging() {
    use std::cmp::Reverse;
    let (multiples, next) = coweave::channel::priority::<Reverse<(u32, u32)>>();
    let mut primes = Vec::new();
    for n in 2..200_u32 {
        let mut is_composite = false;
        while next.peek().is_ok_and(|peeked| peeked.0.0 == n) {
            let Reverse((composite, prime)) = next.recv().await.unwrap();
            multiples.send(Reverse((composite + prime, prime))).await.unwrap();
            is_composite = true;
        }
        if !is_composite {
            primes.push(n);
            multiples.send(Reverse((n * n, n))).await.unwrap();
        }
    }
    assert_eq!((primes.len(), primes[45]), (46, 199));
}

/// `perm`: which end may do what is a matter of types; that both may be handed on separately is checked.
#[coweave::test]
async fn ends_are_handed_on_separately() {
    let (sender, receiver) = bounded::<Receiver<u32>>(1);
    let (inner, inner_out) = bounded(1);
    sender.send(inner_out).await.unwrap();
    inner.send(5).await.unwrap();
    assert_eq!(receiver.recv().await.unwrap().recv().await, Ok(5));
}

/// `powser1`: power series, each a task that gives its coefficients when it is asked.
type Series = coweave::channel::local::Receiver<i64>;

fn series<F: Future<Output = ()> + 'static>(
    make: impl FnOnce(coweave::channel::local::Sender<i64>) -> F,
) -> Series {
    let (sender, receiver) = coweave::channel::local::bounded(0);
    drop(spawn_local(make(sender)));
    receiver
}

fn constant(n: i64) -> Series {
    series(async move |sender| while sender.send(n).await.is_ok() {})
}

/// The same coefficients, for two readers at different speeds.
fn split(input: Series) -> (Series, Series) {
    let (one, first) = coweave::channel::local::unbounded();
    let (two, second) = coweave::channel::local::unbounded();
    let asked = series(async move |sender| {
        while let Ok(n) = input.recv().await {
            if sender.send(n).await.is_err() {
                return;
            }
        }
    });
    let asked = Rc::new(asked);
    let reader = |own: coweave::channel::local::Receiver<i64>, both: [_; 2]| {
        let asked = asked.clone();
        series(async move |sender| {
            loop {
                if own.is_empty() {
                    let Ok(n) = asked.recv().await else { return };
                    let [one, two]: &[coweave::channel::local::Sender<i64>; 2] = &both;
                    // One that has gone reads no more.
                    _ = one.try_send(n);
                    _ = two.try_send(n);
                }
                let Ok(n) = own.recv().await else { return };
                if sender.send(n).await.is_err() {
                    return;
                }
            }
        })
    };
    (reader(first, [one.clone(), two.clone()]), reader(second, [one, two]))
}

fn add(a: Series, b: Series) -> Series {
    series(async move |sender| {
        while let (Ok(a), Ok(b)) = (a.recv().await, b.recv().await) {
            if sender.send(a + b).await.is_err() {
                return;
            }
        }
    })
}

/// A coefficient, and then those of a series.
fn shifted(first: i64, rest: Series) -> Series {
    series(async move |sender| {
        let mut next = Ok(first);
        while let Ok(n) = next {
            if sender.send(n).await.is_err() {
                return;
            }
            next = rest.recv().await;
        }
    })
}

fn scaled(by: i64, input: Series) -> Series {
    series(async move |sender| {
        while let Ok(n) = input.recv().await {
            if sender.send(by * n).await.is_err() {
                return;
            }
        }
    })
}

/// The product: the first coefficients multiplied, and then both cross terms and the product of the rests.
fn multiply(a: Series, b: Series) -> Series {
    series(async move |sender| {
        let (Ok(first_a), Ok(first_b)) = (a.recv().await, b.recv().await) else { return };
        if sender.send(first_a * first_b).await.is_err() {
            return;
        }
        let ((a, more_a), (b, more_b)) = (split(a), split(b));
        let crossed = add(scaled(first_b, a), scaled(first_a, b));
        let rest = add(crossed, shifted(0, multiply(more_a, more_b)));
        while let Ok(n) = rest.recv().await {
            if sender.send(n).await.is_err() {
                return;
            }
        }
    })
}

async fn first<const N: usize>(series: Series) -> [i64; N] {
    let mut all = [0; N];
    for n in &mut all {
        *n = series.recv().await.unwrap();
    }
    all
}

#[coweave::test]
async fn power_series() {
    assert_eq!(first(constant(1)).await, [1, 1, 1, 1]);
    assert_eq!(first(add(constant(1), shifted(0, constant(2)))).await, [1, 3, 3, 3]);
    let (one, two) = split(shifted(5, constant(1)));
    assert_eq!((first(one).await, first(two).await), ([5, 1, 1], [5, 1, 1, 1, 1]));
    // 1/(1-x) squared is the sum of (n + 1) x^n.
    assert_eq!(first(multiply(constant(1), constant(1))).await, [1, 2, 3, 4, 5, 6, 7]);
}
