using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Tests.Snapshot;

public sealed class ClientKeyTextTests
{
    [Fact]
    public void A_new_key_is_well_formed_and_names_its_id()
    {
        var key = ClientKeyText.Create();

        Assert.True(ClientKeyText.IsWellFormed(key));
        Assert.Equal(key.Substring(3, 10), ClientKeyText.IdOf(key));
        Assert.Equal(64, ClientKeyText.HashOf(key).Length);
    }

    [Fact]
    public void One_mistyped_character_anywhere_is_noticed()
    {
        var key = ClientKeyText.Create();
        for (var i = 0; i < key.Length; i++)
        {
            var other = key[i] == 'A' ? 'B' : 'A';
            Assert.False(ClientKeyText.IsWellFormed(key[..i] + other + key[(i + 1)..]), $"character {i}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("sk-live-something")]
    [InlineData("pk_")]
    public void Refuses_what_has_another_form(string text) => Assert.False(ClientKeyText.IsWellFormed(text));
}
