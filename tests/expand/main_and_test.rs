#[coweave::main]
fn main() -> Result<()> {
    work().await
}

#[coweave::test]
async fn passes() {
    work().await;
}
