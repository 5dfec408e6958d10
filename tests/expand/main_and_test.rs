#[coweave::main]
fn main() -> Result<()> {
    work().await
}

#[coweave::test]
async fn passes() {
    work().await;
}

#[coweave::test(seed = 17)]
async fn passes_in_this_order() {
    work().await;
}

#[coweave::test(seeds = 0..1000, crate = my_coweave)]
async fn passes_in_any_order() -> Result<()> {
    work().await
}
