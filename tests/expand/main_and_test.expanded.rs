// `p` is `::coweave::__private`; paths into `core` are shortened.

fn main() -> Result<()> {
    async fn main() -> Result<()> {
        work().await
    }
    ::coweave::run(main())
}
#[::core::prelude::v1::test]
fn passes() {
    async fn passes() {
        work().await;
    }
    p::test(passes())
}
