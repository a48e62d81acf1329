using Microsoft.Playwright;
using Provost.Browser.Tests.Town;
using Provost.Stage;

namespace Provost.Browser.Tests;

/// <summary>The pictures of the documentation: taken of the running product, renewed when UPDATE_DOCS is 1.</summary>
public sealed class DocumentImages(GovernedTown town)
{
    private const int MostBytes = 250 * 1024;

    /// <summary>The top of a long page, as it would be seen on a tall screen.</summary>
    private const int MostHeight = 1250;

    private static readonly string Folder = Path.Combine(Checkout.Root, "docs", "images");

    [Theory]
    [InlineData("overview", 1280)]
    [InlineData("system", 1280)]
    [InlineData("decision", 1280)]
    [InlineData("incident", 1280)]
    public async Task The_picture_of_a_page_is_there_and_small(string page, int width)
    {
        await using var tab = await town.Window.AsAsync(town.Reader(page), town.Console, new Look { Width = width });
        await tab.GoAsync(town.Address(page));
        var picture = await tab.Page.ScreenshotAsync(new PageScreenshotOptions
        {
            FullPage = true,
            Clip = new Clip { X = 0, Y = 0, Width = width, Height = MostHeight },
        });
        Assert.InRange(picture.Length, 10_000, MostBytes);

        var file = Path.Combine(Folder, page + ".png");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Folder);
            await File.WriteAllBytesAsync(file, picture);
        }

        Assert.InRange(new FileInfo(file).Length, 10_000, MostBytes);
    }
}
