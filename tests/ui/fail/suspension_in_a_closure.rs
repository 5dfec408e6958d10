#![feature(coroutines)]

#[coweave::coroutine]
fn all(ids: Vec<u32>) -> Vec<u32> {
    ids.into_iter().map(|id| std::future::ready(id).await).collect()
}

#[coweave::coroutine(yield = u32)]
fn each(ids: Vec<u32>) {
    ids.into_iter().for_each(|id| yield id);
    ids.into_iter().for_each(|id| yield_all!([id]));
}

fn main() {
    drop((all(vec![]), each(vec![])));
}
