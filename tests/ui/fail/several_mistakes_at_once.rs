#![feature(coroutines)]

#[coweave::coroutine(yield = u32)]
async fn numbers(n: u32) -> bool {
    std::future::ready(()).await;
    let f = || yield n;
    std::future::ready(f).await;
    true
}

fn main() {
    let mut callers_still_compile = numbers(1);
    let _: Option<u32> = callers_still_compile.next();
    let _: Option<bool> = callers_still_compile.take_return();
}
