// `p` is `::coweave::__private`; paths into `core` are shortened.

fn read(
    file: &mut File,
    buffer: &mut [u8],
) -> impl ::core::future::Future<Output = usize> {
    static __SITE: p::Site = p::Site::new(
        "read",
        "source.rs",
        3u32,
        30u32,
    );
    #[allow(unused_imports)]
    use p::IntoLeaf as _;
    p::forward(move || {
            let _ = (&buffer, &file);
            p::Awaited(read_at(file, buffer, 0)).__coweave_into_leaf()
        })
        .returning(|| &__SITE, |__output| -> usize { __output })
}
