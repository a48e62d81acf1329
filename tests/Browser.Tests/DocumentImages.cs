using Microsoft.Playwright;
using Provost.Browser.Tests.Town;
using Provost.Stage;

namespace Provost.Browser.Tests;

/// <summary>The pictures of the documentation: taken of the running product, renewed when UPDATE_DOCS is 1.</summary>
public sealed class DocumentImages(GovernedTown town)
{
    private const int MostBytes = 300 * 1024;

    private static readonly string Folder = Path.Combine(Checkout.Root, "docs", "images");

    [Theory]
    [InlineData("overview", 900)]
    [InlineData("system", 1430)]
    [InlineData("decision", 1250)]
    [InlineData("incident", 900)]
    public async Task The_picture_of_a_page_is_there_and_small(string page, int height)
    {
        await using var tab = await town.Window.AsAsync(town.Reader(page), town.Console, new Look());
        await tab.GoAsync(town.Address(page));
        var picture = await tab.Page.ScreenshotAsync(new PageScreenshotOptions
        {
            FullPage = true,
            Clip = new Clip { X = 0, Y = 0, Width = 1280, Height = height },
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
