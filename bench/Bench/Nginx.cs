using System.Diagnostics;

namespace Provost.Bench;

/// <summary>nginx as a plain reverse proxy, keep-alive upstream, no buffering: the named baseline.</summary>
internal static class Nginx
{
    public static Target Start(int port, int upstreamPort, string folder)
    {
        Directory.CreateDirectory(folder);
        var config = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(config, $$"""
            daemon off;
            worker_processes 2;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log;
            events { worker_connections 4096; }
            http {
              access_log off;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              keepalive_requests 100000000;
              upstream model { server 127.0.0.1:{{upstreamPort}}; keepalive 256; keepalive_requests 100000000; }
              server {
                listen 127.0.0.1:{{port}};
                client_max_body_size 16m;
                location / {
                  proxy_pass http://model;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                  proxy_request_buffering on;
                }
              }
            }
            """);
        var process = Process.Start(new ProcessStartInfo("nginx", ["-p", folder, "-c", config])
        {
            UseShellExecute = false,
        })!;
        return new Target("nginx", port, process);
    }

    public static string Version()
    {
        using var process = Process.Start(new ProcessStartInfo("nginx", ["-v"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        return process.StandardError.ReadToEnd().Trim();
    }
}
