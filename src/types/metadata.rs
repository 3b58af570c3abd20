use crate::error::Error;
use crate::phash::PHash;
use crate::types::Metadata;

impl Metadata {
    /// Parses the perceptual hash, `p_hash`. `None` if the metadata has no hash, such as that of a
    /// video.
    ///
    /// ```no_run
    /// # async fn run(ik: imagekitio::ImageKit) -> Result<(), imagekitio::Error> {
    /// let first = ik.files().metadata("64a7f3b2c1d2e3f4a5b6c7d8").await?.perceptual_hash().transpose()?;
    /// let second = ik.files().metadata("64a7f3b2c1d2e3f4a5b6c7d9").await?.perceptual_hash().transpose()?;
    /// if let (Some(first), Some(second)) = (first, second) {
    ///     println!("the images are {:.0}% alike", 100.0 * first.similarity(&second)?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The inner result is [`InvalidInput`](crate::ErrorKind::InvalidInput) for a hash that
    /// [`PHash`] can't hold.
    pub fn perceptual_hash(&self) -> Option<Result<PHash, Error>> {
        self.p_hash.as_deref().map(str::parse)
    }
}
