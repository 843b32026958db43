// Program prints what the service answered, as JSON: `program URL FILE...`.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"mime/multipart"
	"os"
	"path/filepath"

	api "matrix/generated"
)

func form(paths []string) (string, *bytes.Buffer) {
	var body bytes.Buffer
	writer := multipart.NewWriter(&body)
	for _, path := range paths {
		content, err := os.ReadFile(path)
		check(err)
		part, err := writer.CreateFormFile("images", filepath.Base(path))
		check(err)
		part.Write(content)
	}
	writer.Close()
	return writer.FormDataContentType(), &body
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	ctx := context.Background()
	client, err := api.NewClientWithResponses(os.Args[1])
	check(err)
	contentType, body := form(os.Args[2:])
	answer, err := client.ProcessWithBodyWithResponse(ctx, nil, contentType, body)
	check(err)
	contentType, body = form(os.Args[2:])
	job, err := client.CreateJobWithBodyWithResponse(ctx, nil, contentType, body)
	check(err)
	wait := 30
	results, err := client.ListResultsWithResponse(ctx, job.JSON202.Id, &api.ListResultsParams{Wait: &wait})
	check(err)
	events, err := client.ListJobEventsWithResponse(ctx, job.JSON202.Id, nil)
	check(err)

	faces, found := [][]api.Box{}, [][]api.Box{}
	for _, image := range answer.JSON200.Images {
		faces = append(faces, *image.Faces)
	}
	for _, image := range results.JSON200.Items {
		found = append(found, *image.Result.Faces)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"faces": faces, "state": results.JSON200.JobState, "results": found, "firstEvent": events.JSON200.Items[0].Type,
	})
}
