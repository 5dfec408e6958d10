const NAME: &str = "seed";

#[coweave::test(seed = "17")]
async fn text_for_a_seed() {}

#[coweave::test(seed = -17)]
async fn negative_seed() {}

#[coweave::test(seed = 0..17)]
async fn several_for_one() {}

#[coweave::test(seeds = 17)]
async fn one_for_several() {}

#[coweave::test(seeds = 17..17)]
async fn no_seed_at_all() {}

#[coweave::test(seed = 17, seeds = 0..17)]
async fn both() {}

#[coweave::test(seeds = 0..17, seeds = 17..20)]
async fn twice() {}

#[coweave::test(seed)]
async fn without_a_value() {}

#[coweave::test(explore = 0..1000)]
async fn another_name() {}

#[coweave::test(17)]
async fn without_a_name() {}

#[coweave::test(crate = "coweave")]
async fn text_for_a_path() {}

#[coweave::main(seed = 17)]
async fn main() {}
