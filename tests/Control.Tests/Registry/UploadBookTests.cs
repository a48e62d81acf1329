using Provost.Control.Registry;

namespace Provost.Control.Tests.Registry;

public sealed class UploadBookTests
{
    [Fact]
    public void Knows_who_sent_what_and_nobody_else_has_it()
    {
        var book = new UploadBook();
        book.Note("mia", "sha256:a");
        Assert.True(book.Has("mia", "sha256:a"));
        Assert.False(book.Has("kim", "sha256:a"));
        Assert.False(book.Has("mia", "sha256:b"));
    }

    [Fact]
    public void Forgets_what_was_sent_long_ago_and_keeps_the_last_thirty_thousand()
    {
        var book = new UploadBook();
        for (var i = 0; i < 100_000; i++)
            book.Note("mia", $"{i}");

        Assert.False(book.Has("mia", "0"));
        for (var i = 70_000; i < 100_000; i++)
            Assert.True(book.Has("mia", $"{i}"));
    }
}
