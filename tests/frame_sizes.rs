//! The bytes of frames beside those of an `async fn` with the same body.
//!
//! The sizes are the compiler's of the tested date; another one may lay frames out differently.
#![feature(coroutines)]

mod polling;

use std::fmt::Write;

use polling::{later, run};

/// The size of what a call of each shape returns, as a coroutine and as an `async fn`; that they do
/// the same is checked in passing.
macro_rules! shapes {
    ($($name:ident($($argument:ident: $ty:ty = $value:expr),*) -> $out:ty $body:block)*) => {
        fn sizes() -> Vec<(&'static str, usize, usize)> {
            vec![$({
                #[coweave::coroutine]
                fn lowered($($argument: $ty),*) -> $out $body

                async fn plain($($argument: $ty),*) -> $out $body

                let (lowered, plain) = (lowered($($value),*), plain($($value),*));
                let sizes = (stringify!($name), size_of_val(&lowered), size_of_val(&plain));
                assert_eq!(run(lowered), run(plain));
                sizes
            }),*]
        }
    };
}

type Kilobyte = [u8; 1024];
const KILOBYTE: Kilobyte = [1; 1024];

async fn takes(argument: Kilobyte) -> u8 {
    later(()).await;
    argument[0]
}

#[coweave::coroutine]
fn takes_lowered(argument: Kilobyte) -> u8 {
    later(()).await;
    argument[0]
}

#[coweave::coroutine]
fn makes_lowered() -> (Vec<u8>, Kilobyte) {
    later(()).await;
    (Vec::new(), KILOBYTE)
}

shapes! {
    nothing() -> bool { true }
    one_await() -> u8 { later(1).await }
    two_awaits() -> u8 { later(1).await + later(2).await }
    argument_across(a: Kilobyte = KILOBYTE) -> u8 { later(()).await; a[0] }
    argument_before(a: Kilobyte = KILOBYTE) -> u8 { let n = a[0]; later(n).await }
    argument_moved_into_a_block(a: Kilobyte = KILOBYTE) -> u8 { let n = { let b = a; b[0] }; later(n).await }
    argument_that_changes(a: u64 = 1) -> u64 { let mut sum = a; sum += later(1).await; sum }
    three_arguments(a: u64 = 1, b: String = String::new(), c: &str = "") -> usize {
        later(()).await;
        a as usize + b.len() + c.len()
    }
    unused_argument(_a: Kilobyte = KILOBYTE) -> u8 { later(1).await }
    disjoint_blocks() -> u8 {
        let first = { let a = KILOBYTE; later(()).await; a[0] };
        let second = { let b = KILOBYTE; later(()).await; b[0] };
        first + second
    }
    disjoint_arms(first: bool = true) -> u8 {
        if first { let a = KILOBYTE; later(()).await; a[0] } else { let b = KILOBYTE; later(()).await; b[1] }
    }
    both_alive() -> u8 { let (a, b) = (KILOBYTE, KILOBYTE); later(()).await; a[0] + b[0] }
    dead_before() -> u8 { let n = { let a = KILOBYTE; a[5] }; later(n).await }
    dropped_before() -> usize { let a = vec![1_u8]; let n = a.len(); drop(a); later(n).await }
    a_loop(n: u32 = 1) -> u32 { let mut sum = 0; for i in 0..n { sum += later(i).await; } sum }
    a_result(text: &str = "") -> Result<u32, std::num::ParseIntError> {
        later(()).await;
        let n: u32 = text.parse()?;
        Ok(later(n).await)
    }
    match_guard(n: u32 = 1) -> u32 { match n { 0 => 0, n if later(true).await => n, _ => 1 } }
    awaits_an_argument(a: std::future::Ready<u64> = std::future::ready(1)) -> u64 { a.await }
    forwards_to_async(a: Kilobyte = KILOBYTE) -> u8 { takes(a).await }
    forwards_to_a_coroutine(a: Kilobyte = KILOBYTE) -> u8 { takes_lowered(a).await }
    passes_on_and_more(a: Kilobyte = KILOBYTE) -> u8 { takes_lowered(a).await + 1 }
    calls_two() -> u8 { takes_lowered(KILOBYTE).await + takes_lowered(KILOBYTE).await }
    boxed_call(a: Kilobyte = KILOBYTE) -> u8 { Box::pin(takes_lowered(a)).await }
    a_large_output() -> u8 { let (list, of) = makes_lowered().await; of[list.len()] }
    own_yield() -> u8 { coweave::yield_now().await; 1 }
    own_sleep() -> u8 { coweave::sleep(std::time::Duration::ZERO).await; 1 }
}

const TABLE: &str = "\
shape                        coroutine  async fn
nothing                              1         1
one_await                            3         3
two_awaits                           4         4
argument_across                   1026      2050
argument_before                   1027      1027
argument_moved_into_a_block       1027      1027
argument_that_changes               40        40
three_arguments                     56       104
unused_argument                   1027      1027
disjoint_blocks                   1027      1027
disjoint_arms                     1027      1027
both_alive                        2050      2050
dead_before                          3         3
dropped_before                      48        48
a_loop                              28        28
a_result                            32        48
match_guard                          8        12
awaits_an_argument                  40        40
forwards_to_async                 2051      3075
forwards_to_a_coroutine           1027      2051
passes_on_and_more                2051      2051
calls_two                         1028      1028
boxed_call                        1040      1040
a_large_output                       3         3
own_yield                            1        24
own_sleep                           24        28
";

#[test]
fn frames_are_as_large_as_the_table_says() {
    let mut table = String::from("shape                        coroutine  async fn\n");
    for (name, lowered, plain) in sizes() {
        writeln!(table, "{name:28} {lowered:9} {plain:9}").expect("it is a string");
    }
    println!("{table}");
    assert_eq!(table, TABLE);
}

/// PERFORMANCE.md shows some of the lines, below the first.
#[test]
fn the_page_shows_lines_of_the_table() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/PERFORMANCE.md"));
    let page = page.expect("PERFORMANCE.md can be read");
    let title = TABLE.lines().next().expect("the table has a title");
    let lines: Vec<&str> = page.lines().skip_while(|line| *line != title).collect();
    let block: Vec<&str> = lines.into_iter().take_while(|line| !line.starts_with("```")).collect();
    assert!(block.len() >= 8, "PERFORMANCE.md has no such block: {block:?}");
    for line in block {
        assert!(TABLE.lines().any(|it| it == line), "PERFORMANCE.md is stale: {line}");
    }
}

#[test]
fn no_frame_is_larger_than_that_of_an_async_fn() {
    for (name, lowered, plain) in sizes() {
        assert!(lowered <= plain, "{name}: {lowered} bytes, and as `async fn` {plain}");
    }
}
